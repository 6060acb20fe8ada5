//! Why a store could not be reached, or an answer was not had.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::account::Account;
use crate::domain::refusal::Refusal;
use crate::doorway::{self, DoorwayFault};
use crate::engine::OpenFault;
use crate::lock::LockFault;
use crate::store::StoreFault;

/// What stands between the command line and the store.
#[derive(Debug, thiserror::Error)]
pub enum ClientFault {
    /// There is no store in this folder.
    #[error("there is no store in {}", .0.display())]
    NoStore(PathBuf),
    /// Somebody else has it open, and did not let go in time.
    #[error("the store in {} is busy{}", path.display(), holder.map_or_else(String::new, |pid| format!(": process {pid} has it")))]
    Busy {
        /// The store's folder.
        path: PathBuf,
        /// Who has it.
        holder: Option<u32>,
    },
    /// The store is another account's, and no daemon answers for it.
    #[error("the store in {} belongs to {owner}, and no `leadd` lets you in", path.display())]
    Foreign {
        /// The store's folder.
        path: PathBuf,
        /// Whose it is.
        owner: String,
    },
    /// The store is for the members of a group, and the account that runs `lead` is none.
    #[error("the store in {} is for the members of the group `{group}`, and {account} is none", path.display())]
    Outside {
        /// The store's folder.
        path: PathBuf,
        /// The group.
        group: String,
        /// Who asks.
        account: String,
    },
    /// Too little room is left to open it safely.
    #[error("{0}")]
    Full(String),
    /// The store's data are gone, cut or garbled.
    #[error("{0}")]
    Damaged(String),
    /// The store is of another program or a later version.
    #[error("{0}")]
    Newer(String),
    /// The account may not even look into the store's folder.
    #[error("the account that runs `lead` may not open the store in {}", .0.display())]
    Forbidden(PathBuf),
    /// What the store was to be made with is not valid.
    #[error("the store cannot be set up so")]
    Setup(Refusal),
    /// The store, its policy or a thread.
    #[error(transparent)]
    Open(OpenFault),
    /// The daemon went away before the answer was complete.
    #[error("the daemon went away before its answer was complete")]
    Lost,
    /// A change was sent, and nobody said what became of it.
    #[error("it is not known whether this was done: the answer was lost")]
    Unknown,
    /// The socket cannot be trusted.
    #[error(transparent)]
    Doorway(#[from] DoorwayFault),
    /// The socket cannot be used.
    #[error("the socket {}: {reason}", path.display())]
    Socket {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The daemon speaks otherwise than we do.
    #[error("the daemon's answer: {0}")]
    Protocol(String),
}

impl ClientFault {
    /// Sorts what kept a store in `dir` from being opened.
    pub(super) fn open(dir: &Path, fault: OpenFault) -> Self {
        match fault {
            OpenFault::Store(StoreFault::Missing(path)) => Self::NoStore(path),
            OpenFault::Store(StoreFault::Busy(path)) => Self::Busy { path, holder: None },
            OpenFault::Store(StoreFault::Foreign { path, owner }) => match doorway::closed_for(&path) {
                Some(group) => Self::Outside { path, group, account: Account::of_this_process().name },
                None => Self::Foreign { path, owner },
            },
            OpenFault::Store(fault @ StoreFault::Full { .. }) => Self::Full(fault.to_string()),
            OpenFault::Store(fault @ (StoreFault::Incomplete { .. } | StoreFault::Damaged { .. })) => {
                Self::Damaged(fault.to_string())
            }
            OpenFault::Store(fault @ StoreFault::Format { .. }) => Self::Newer(fault.to_string()),
            OpenFault::Lock(LockFault::Busy { holder, .. }) => Self::Busy { path: dir.to_owned(), holder },
            OpenFault::Store(StoreFault::Io { source, .. })
                if source.kind() == ErrorKind::PermissionDenied =>
            {
                Self::Forbidden(dir.to_owned())
            }
            OpenFault::Setup(refusal) => Self::Setup(refusal),
            fault => Self::Open(fault),
        }
    }

    /// True when asking again over another way may help.
    pub(super) fn is_lost(&self) -> bool {
        matches!(self, Self::Lost)
    }
}
