//! Why `leadd` stopped, in words and as an exit code.

use std::path::PathBuf;
use std::process::ExitCode;

use lead_shared::clock::ClockFault;
use lead_shared::config::ConfigFault;
use lead_shared::config::places::PlaceFault;
use lead_shared::domain::text::escape;
use lead_shared::doorway::DoorwayFault;
use lead_shared::engine::OpenFault;
use lead_shared::lock::LockFault;
use lead_shared::store::StoreFault;

use crate::warn;

/// What ends the daemon.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// `LEAD_NOW`.
    #[error(transparent)]
    Clock(#[from] ClockFault),
    /// Where the store is.
    #[error(transparent)]
    Place(#[from] PlaceFault),
    /// A configuration file.
    #[error(transparent)]
    Config(#[from] ConfigFault),
    /// The mail's settings do not fit together.
    #[error("{0}")]
    Mail(String),
    /// Another daemon has this store.
    #[error("another leadd runs for {}{}", store.display(), pid.map_or_else(String::new, |pid| format!(": process {pid}")))]
    Running {
        /// The store's folder.
        store: PathBuf,
        /// Its process.
        pid: Option<u32>,
    },
    /// A lock's file.
    #[error(transparent)]
    Lock(LockFault),
    /// The store.
    #[error(transparent)]
    Open(#[from] OpenFault),
    /// The store, once it was open.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// Where the socket is to stand.
    #[error(transparent)]
    Doorway(#[from] DoorwayFault),
    /// Threads and timers.
    #[error("starting: {0}")]
    Runtime(#[source] std::io::Error),
    /// The doorbell.
    #[error("the scheduler: {0}")]
    Bell(String),
    /// The work ended by itself.
    #[error("{0} ended by itself")]
    Ended(&'static str),
}

impl Fault {
    /// Says what happened and what to do, and returns the exit code (cli.md §5).
    pub(crate) fn report(&self) -> ExitCode {
        warn(&format!("error: {}", escape(&self.to_string())));
        for hint in self.hints() {
            warn(&format!("hint: {}", escape(&hint)));
        }
        ExitCode::from(self.code())
    }

    fn code(&self) -> u8 {
        match self {
            Self::Clock(_) | Self::Place(_) | Self::Config(_) | Self::Mail(_) => 2,
            Self::Open(OpenFault::Config(_)) => 2,
            Self::Store(StoreFault::Missing(_)) => 3,
            Self::Store(StoreFault::Foreign { .. }) => 6,
            Self::Running { .. } | Self::Open(OpenFault::Lock(LockFault::Busy { .. })) => 6,
            Self::Open(OpenFault::Store(StoreFault::Busy(_))) => 6,
            _ => 1,
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Clock(fault) => vec![fault.hint().to_owned()],
            Self::Doorway(fault) => fault.hint().into_iter().collect(),
            Self::Place(fault) => vec![fault.hint().to_owned()],
            Self::Config(fault) | Self::Open(OpenFault::Config(fault)) => fault.hints(),
            Self::Store(StoreFault::Missing(_)) => vec!["`lead init`".to_owned()],
            Self::Store(fault) => store_hints(fault),
            Self::Open(OpenFault::Lock(LockFault::Busy { .. })) => vec!["try again in a moment".to_owned()],
            Self::Running { .. } => vec!["it does all that is due; stop it with TERM".to_owned()],
            Self::Mail(_) => vec!["see `[mail]` in lead.toml(5)".to_owned()],
            Self::Open(OpenFault::Store(fault)) => store_hints(fault),
            _ => Vec::new(),
        }
    }
}

fn store_hints(fault: &StoreFault) -> Vec<String> {
    let hint = match fault {
        StoreFault::Full { .. } => "make room on the disk, then try again",
        StoreFault::Format { .. } => "use the `leadd` that wrote it: `leadd --version` tells this one's",
        StoreFault::Incomplete { .. } | StoreFault::Damaged { .. } => {
            "bring the folder back from a copy; until then leave it as it is"
        }
        StoreFault::Busy(_) => "try again in a moment",
        StoreFault::Foreign { owner, .. } => return vec![format!("run it as {owner}")],
        _ => return Vec::new(),
    };
    vec![hint.to_owned()]
}
