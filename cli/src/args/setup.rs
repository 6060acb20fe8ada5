//! Setting up: init, pipeline, user, config, plan, outbox, completions.

use clap::{Args, Subcommand, ValueEnum};

use super::customers::Numbered;
use super::leads::Ids;

/// `lead init`.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct Init {
    /// A preset, or a file
    #[arg(long, value_name = "ID|FILE")]
    pub pipeline: Option<String>,
    /// The team's zone
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
    /// For phone numbers without a prefix: two letters
    #[arg(long, value_name = "COUNTRY")]
    pub country: Option<String>,
    /// For amounts without one: three letters
    #[arg(long, value_name = "CURRENCY")]
    pub currency: Option<String>,
    /// For a team: the system's group whose members reach the store through leadd
    #[arg(long, value_name = "GROUP")]
    pub group: Option<String>,
    /// A key of lead.toml, such as mail.via=smtp; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Your name, as people see it
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Where your mail goes
    #[arg(long, value_name = "ADDRESS")]
    pub email: Option<String>,
}

/// `lead pipeline …`.
#[derive(Debug, Subcommand)]
pub enum PipelineVerb {
    /// List the pipelines
    List,
    /// Show a pipeline; the default when none is named
    Show {
        /// Which.
        #[arg(value_name = "ID")]
        id: Option<String>,
    },
    /// Print a pipeline's file, to edit and to use
    Export {
        /// Which.
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Say what is wrong with a pipeline file; exit 10 if anything is
    Check {
        /// A file; - is standard input.
        #[arg(value_name = "FILE")]
        file: String,
    },
    /// Add a pipeline to the store
    Add {
        /// A file; - is standard input.
        #[arg(value_name = "FILE")]
        file: String,
    },
    /// Make a pipeline the default one
    Default {
        /// Which.
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Put a file in the place of the pipeline of its id
    Replace {
        /// A file; - is standard input.
        #[arg(value_name = "FILE")]
        file: String,
        /// The new stage of leads in an old one; may be repeated
        #[arg(long, value_name = "OLD=NEW")]
        map: Vec<String>,
    },
    /// Draw a pipeline: prints a Mermaid flowchart
    Graph {
        /// Which.
        #[arg(value_name = "ID")]
        id: String,
    },
}

/// `lead user …`.
#[derive(Debug, Subcommand)]
pub enum UserVerb {
    /// Add a user
    Add(UserAdd),
    /// List the users
    List,
    /// Change a user
    Edit(UserEdit),
    /// End a user's claims and let them do nothing from now on
    Disable(UserNamed),
    /// Let a user who was disabled work again
    Enable(UserNamed),
    /// Let a user do more than their role may
    Grant(UserMay),
    /// Let a user do less than they may
    Revoke(UserMay),
}

/// `lead user disable`, `enable`.
#[derive(Args, Clone, Debug)]
pub struct UserNamed {
    /// The login name
    #[arg(value_name = "LOGIN", allow_negative_numbers = true)]
    pub login: String,
}

/// `lead user grant`, `revoke`.
#[derive(Args, Clone, Debug)]
pub struct UserMay {
    /// The login name
    #[arg(value_name = "LOGIN", allow_negative_numbers = true)]
    pub login: String,
    /// create, work, convert, claim, assign, reassign, view-all, admin; manage for three of them
    #[arg(value_name = "CAPABILITY", required = true, allow_negative_numbers = true)]
    pub capabilities: Vec<String>,
}

/// The values of a user.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct UserValues {
    /// The name people see
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Where mail goes
    #[arg(long, value_name = "ADDRESS")]
    pub email: Option<String>,
    /// A role of the default pipeline
    #[arg(long, value_name = "ROLE")]
    pub role: Option<String>,
    /// A zone: Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
    /// The account of the operating system that proves who they are
    #[arg(long, value_name = "ACCOUNT")]
    pub account: Option<String>,
}

/// `lead user add`.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct UserAdd {
    /// The login name
    #[arg(value_name = "LOGIN", allow_negative_numbers = true)]
    pub login: String,
    /// The values.
    #[command(flatten)]
    pub values: UserValues,
}

/// `lead user edit`.
#[derive(Args, Clone, Debug)]
pub struct UserEdit {
    /// The login name
    #[arg(value_name = "LOGIN", allow_negative_numbers = true)]
    pub login: String,
    /// The values that change.
    #[command(flatten)]
    pub values: UserValues,
    /// Leads that are given by turns pass them by
    #[arg(long, conflicts_with = "resume")]
    pub pause: bool,
    /// They take their turns again
    #[arg(long)]
    pub resume: bool,
}

/// `lead config …`.
#[derive(Debug, Subcommand)]
pub enum ConfigVerb {
    /// List the settings that hold
    List {
        /// With where each comes from
        #[arg(long)]
        origin: bool,
    },
    /// Print what holds for a key
    Get {
        /// As `config list` names it: reminders.at.
        #[arg(value_name = "KEY")]
        key: String,
    },
    /// Set a key of the firm's policy; a running leadd goes by it at once
    Set {
        /// As `config list` names it: reminders.at.
        #[arg(value_name = "KEY")]
        key: String,
        /// Without the file's quotes; a list as 1,2,3.
        #[arg(value_name = "VALUE", allow_hyphen_values = true)]
        value: String,
    },
    /// Take a key out of lead.toml: its default holds again
    Unset {
        /// As `config list` names it: reminders.at.
        #[arg(value_name = "KEY")]
        key: String,
    },
    /// Print where the files are
    Path,
    /// Write out the built-in templates of mail, to change them
    Templates {
        /// A folder; made where there is none.
        #[arg(value_name = "DIR")]
        folder: String,
    },
}

/// `lead outbox …`.
#[derive(Debug, Subcommand)]
pub enum OutboxVerb {
    /// List the mail
    List,
    /// Show a mail
    Show(Numbered),
    /// Try a mail again at once
    Retry(Numbered),
    /// Never send a mail
    Drop(Numbered),
    /// Show why a lead has mail, or none
    Why(Ids),
}

/// `lead plan`.
#[derive(Args, Clone, Debug)]
pub struct Plan {
    /// Up to this day, its end included, or this time; a week otherwise
    #[arg(long, value_name = "WHEN", allow_negative_numbers = true)]
    pub until: Option<String>,
    /// What is about this lead alone
    #[arg(long, value_name = "ID", allow_negative_numbers = true)]
    pub lead: Option<String>,
}

/// A shell that can be taught.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// Bash.
    Bash,
    /// Zsh.
    Zsh,
    /// Fish.
    Fish,
}

impl Shell {
    /// The shell of this name.
    pub fn named(name: &str) -> Option<Self> {
        <Self as ValueEnum>::from_str(name, false).ok()
    }
}
