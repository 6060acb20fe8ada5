//! Keeping the store safe: backup, doctor.

use clap::{Args, Subcommand};

/// `lead doctor`.
#[derive(Args, Clone, Debug)]
pub struct Doctor {
    /// Rebuild the indexes and counters that differ from the records
    #[arg(long)]
    pub reindex: bool,
    /// Write the database anew when its file has grown too long; leadd must not run
    #[arg(long)]
    pub compact: bool,
}

/// `lead backup …`.
#[derive(Debug, Subcommand)]
pub enum BackupVerb {
    /// Write everything in the store to a file, whole or not at all
    Create {
        /// The file.
        #[arg(value_name = "FILE")]
        file: String,
    },
    /// Say what is in a backup; exit 10 if anything is wrong with it
    Verify {
        /// The file.
        #[arg(value_name = "FILE")]
        file: String,
    },
    /// Make a store of a backup, where there is none
    Restore {
        /// The file.
        #[arg(value_name = "FILE")]
        file: String,
    },
}
