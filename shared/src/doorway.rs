//! The doorway of a store: where its daemon's socket stands, and whether it can be trusted (S4).
//!
//! Client and daemon look at it by the same rules, which are all here: the folder behind the store's
//! path, links resolved, belongs to the account that looks or to root; nobody else may write in it,
//! and nobody outside its group enter it; and what stands there is a socket of the folder's owner or
//! of root. So nobody but those two can have put it there, which makes the daemon behind it theirs.
//!
//! A team's store is another account's, whom its members trust by using it: its socket stands in a
//! folder of its own, which the daemon makes and opens to the team's group, and that folder and the
//! store's are of one owner and closed in the same way.

mod team;

pub use team::check_group;

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use nix::unistd::{Gid, Group};

use crate::account::Account;
use crate::protocol::SOCKET;

/// The longest path a socket can have, in bytes, its end mark not counted.
#[cfg(target_os = "linux")]
const LONGEST_PATH: usize = 107;
#[cfg(not(target_os = "linux"))]
const LONGEST_PATH: usize = 103;

/// What others may not have of the folder: writing for the group, anything for the rest.
const OTHERS: u32 = 0o027;

/// The account that may do everything anyway.
const ROOT: u32 = 0;

/// Why a socket cannot be trusted, or cannot stand where it should.
#[derive(Debug, thiserror::Error)]
pub enum DoorwayFault {
    /// The folder cannot be looked at.
    #[error("looking at {}: {source}", path.display())]
    Io {
        /// What was looked at.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The folder is another account's.
    #[error("the folder {} of the socket belongs to {owner}", path.display())]
    Foreign {
        /// The folder.
        path: PathBuf,
        /// Whose it is.
        owner: String,
    },
    /// Others may put something in the socket's place.
    #[error("the folder {} of the socket is open to others (mode {mode:04o})", path.display())]
    Open {
        /// The folder.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// No socket can have this path.
    #[error("the path of the socket {} has {} bytes, and a socket's may have {LONGEST_PATH}", .0.display(), .0.as_os_str().len())]
    TooLong(PathBuf),
    /// Something else stands in the socket's place.
    #[error("{} is {what}, where a socket is to be", path.display())]
    Strange {
        /// The socket's path.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// `team.group` names none.
    #[error("`team.group` is `{0}`, and this system has no such group")]
    NoGroup(String),
    /// The group cannot be let in.
    #[error("giving {} to the group `{group}`: {source}", path.display())]
    Closed {
        /// What was to be given to it.
        path: PathBuf,
        /// The group.
        group: String,
        /// What the system said.
        source: io::Error,
    },
    /// The socket is of an account that has no business there.
    #[error("the socket {} belongs to {owner}, not to its folder's owner", path.display())]
    Usurped {
        /// The socket's path.
        path: PathBuf,
        /// Whose it is.
        owner: String,
    },
}

impl DoorwayFault {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Io { .. } => None,
            Self::NoGroup(group) => {
                Some(format!("`groupadd --system {group}`, or another group in lead.toml"))
            }
            Self::Closed { group, .. } => Some(format!("have `leadd` run as a member of `{group}`")),
            Self::Foreign { owner, .. } => Some(format!("only {owner} may use it")),
            Self::Open { path, .. } => {
                Some(format!("`chmod g-w,o= {}`, and see what is in it", path.display()))
            }
            Self::TooLong(_) => Some("move the store to a folder with a shorter path".to_owned()),
            Self::Strange { path, .. } | Self::Usurped { path, .. } => {
                Some(format!("see what put it there, remove {}, and start `leadd` again", path.display()))
            }
        }
    }
}

/// A socket's path in a folder that can be trusted.
#[derive(Debug)]
pub struct Doorway {
    socket: PathBuf,
    /// The folder's owner.
    owner: u32,
}

impl Doorway {
    /// Of the store in `dir`: its team's, if it has one.
    ///
    /// # Errors
    /// The folder is another's or open to others, or its path is too long.
    pub fn of(dir: &Path) -> Result<Self, DoorwayFault> {
        let folder = fs::canonicalize(dir).map_err(unseen(dir))?;
        let metadata = fs::metadata(&folder).map_err(unseen(&folder))?;
        let (owner, mode) = (metadata.uid(), metadata.mode() & 0o7777);
        let team = folder.join(team::FOLDER);
        if exists(&team)? {
            check_folder(&folder, owner, mode, owner)?;
            team::check(&team, owner)?;
            return Self::at(team.join(SOCKET), owner);
        }
        check_folder(&folder, owner, mode, Account::of_this_process().uid)?;
        Self::at(folder.join(SOCKET), owner)
    }

    fn at(socket: PathBuf, owner: u32) -> Result<Self, DoorwayFault> {
        if socket.as_os_str().len() > LONGEST_PATH {
            return Err(DoorwayFault::TooLong(socket));
        }
        Ok(Self { socket, owner })
    }

    /// The socket's path.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Whether a socket stands there.
    ///
    /// # Errors
    /// Something else does, or a socket that is neither the folder's owner's nor root's.
    pub fn is_taken(&self) -> Result<bool, DoorwayFault> {
        let path = || self.socket.clone();
        let metadata = match fs::symlink_metadata(&self.socket) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            found => found.map_err(unseen(&self.socket))?,
        };
        if let Some(what) = strange(&metadata) {
            return Err(DoorwayFault::Strange { path: path(), what });
        }
        if ![self.owner, ROOT].contains(&metadata.uid()) {
            return Err(DoorwayFault::Usurped { path: path(), owner: Account::of(metadata.uid()).name });
        }
        Ok(true)
    }
}

/// Whether anything stands where the socket of the store in `dir` would; a folder that may not be
/// looked into has nothing in it.
pub fn is_there(dir: &Path) -> bool {
    fs::symlink_metadata(dir.join(team::FOLDER).join(SOCKET)).is_ok()
        || fs::symlink_metadata(dir.join(SOCKET)).is_ok()
}

/// The group whose members alone may enter the store's folder, if we are none of them.
pub fn closed_for(dir: &Path) -> Option<String> {
    let metadata = fs::metadata(dir).ok()?;
    let is_for_group = metadata.mode() & 0o017 == 0o010;
    let is_shut = matches!(exists(&dir.join(team::FOLDER)), Err(DoorwayFault::Io { source, .. })
        if source.kind() == io::ErrorKind::PermissionDenied);
    let group = Group::from_gid(Gid::from_raw(metadata.gid())).ok()??;
    Some(group.name).filter(|_| is_for_group && is_shut)
}

fn exists(path: &Path) -> Result<bool, DoorwayFault> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(unseen(path)(error)),
    }
}

fn check_folder(folder: &Path, owner: u32, mode: u32, ours: u32) -> Result<(), DoorwayFault> {
    let path = || folder.to_owned();
    if ![ours, ROOT].contains(&owner) {
        return Err(DoorwayFault::Foreign { path: path(), owner: Account::of(owner).name });
    }
    if mode & OTHERS != 0 {
        return Err(DoorwayFault::Open { path: path(), mode });
    }
    Ok(())
}

/// What it is, if it is no socket.
fn strange(metadata: &Metadata) -> Option<&'static str> {
    let kind = metadata.file_type();
    match () {
        () if kind.is_socket() => None,
        () if kind.is_symlink() => Some("a link"),
        () if kind.is_dir() => Some("a folder"),
        () => Some("a file"),
    }
}

fn unseen(path: &Path) -> impl FnOnce(io::Error) -> DoorwayFault {
    move |source| DoorwayFault::Io { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn s4_the_folder_is_ours_or_roots_and_nobody_else_writes_there() {
        let folder = Path::new("/x");
        for (owner, mode, is_good) in [
            (1000, 0o700, true),
            (0, 0o700, true),
            (0, 0o750, true),
            (1000, 0o500, true),
            (1001, 0o700, false),
            (1001, 0o777, false),
            (1000, 0o770, false),
            (1000, 0o720, false),
            (1000, 0o701, false),
            (1000, 0o755, false),
            (0, 0o1777, false),
        ] {
            let checked = check_folder(folder, owner, mode, 1000);
            assert_eq!(checked.is_ok(), is_good, "{owner} {mode:o}: {checked:?}");
        }
        // Root looks into nobody else's.
        assert!(check_folder(folder, 1000, 0o700, ROOT).is_err());
    }

    #[test]
    fn s4_only_a_socket_is_a_socket() {
        let home = tempfile::tempdir().unwrap();
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let doorway = Doorway::of(home.path()).unwrap();
        assert!(!doorway.is_taken().unwrap());
        let listener = UnixListener::bind(home.path().join("other")).unwrap();
        let place = doorway.socket();
        symlink(home.path().join("other"), place).unwrap();
        assert!(matches!(doorway.is_taken(), Err(DoorwayFault::Strange { what: "a link", .. })));
        fs::remove_file(place).unwrap();
        fs::write(place, "").unwrap();
        assert!(matches!(doorway.is_taken(), Err(DoorwayFault::Strange { what: "a file", .. })));
        fs::remove_file(place).unwrap();
        fs::create_dir(place).unwrap();
        assert!(matches!(doorway.is_taken(), Err(DoorwayFault::Strange { what: "a folder", .. })));
        fs::remove_dir(place).unwrap();
        drop(listener);
        let _listener = UnixListener::bind(place).unwrap();
        assert!(doorway.is_taken().unwrap());
    }

    #[test]
    fn s4_a_link_to_the_folder_is_judged_by_what_it_leads_to() {
        let home = tempfile::tempdir().unwrap();
        let (real, link) = (home.path().join("real"), home.path().join("link"));
        fs::create_dir(&real).unwrap();
        symlink(&real, &link).unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o700)).unwrap();
        assert_eq!(Doorway::of(&link).unwrap().socket(), fs::canonicalize(&real).unwrap().join(SOCKET));
        fs::set_permissions(&real, fs::Permissions::from_mode(0o777)).unwrap();
        assert!(matches!(Doorway::of(&link), Err(DoorwayFault::Open { mode: 0o777, .. })));
    }
}
