//! The doorway of a team: a folder for its group beside files that are the service account's alone.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _, chown};
use std::path::Path;

use nix::unistd::Group;

use super::{Doorway, DoorwayFault, OTHERS, ROOT, SOCKET, exists, strange, unseen};
use crate::account::Account;

/// The folder of the store that the team's socket stands in.
pub(super) const FOLDER: &str = "team";

/// The folder is one, of the store's owner or root, and nobody else writes in it.
pub(super) fn check(folder: &Path, owner: u32) -> Result<(), DoorwayFault> {
    let metadata = fs::symlink_metadata(folder).map_err(unseen(folder))?;
    let path = || folder.to_owned();
    if !metadata.is_dir() {
        let what = strange(&metadata).unwrap_or("a socket");
        return Err(DoorwayFault::Strange { path: path(), what });
    }
    if ![owner, ROOT].contains(&metadata.uid()) {
        return Err(DoorwayFault::Foreign { path: path(), owner: Account::of(metadata.uid()).name });
    }
    match metadata.mode() & 0o7777 {
        mode if mode & OTHERS != 0 => Err(DoorwayFault::Open { path: path(), mode }),
        _ => Ok(()),
    }
}

impl Doorway {
    /// Makes the doorway of the store in `dir` ready for its daemon: open to the group where there is
    /// one, to the store's owner alone otherwise. What an earlier policy left is taken away.
    ///
    /// # Errors
    /// There is no such group, we may not give it anything, or as [`Doorway::of`].
    pub fn prepare(dir: &Path, group: Option<&str>) -> Result<Self, DoorwayFault> {
        let folder = dir.join(FOLDER);
        match group {
            None if exists(&folder)? => {
                check(&folder, Account::of_this_process().uid)?;
                remove(&folder.join(SOCKET))?;
                fs::remove_dir(&folder).map_err(unseen(&folder))?;
                fs::set_permissions(dir, Permissions::from_mode(0o700)).map_err(unseen(dir))?;
            }
            None => {}
            Some(group) => {
                remove(&dir.join(SOCKET))?;
                admit(dir, group, 0o750)?;
                if !exists(&folder)? {
                    DirBuilder::new().mode(0o700).create(&folder).map_err(unseen(&folder))?;
                }
                check(&folder, Account::of_this_process().uid)?;
                admit(&folder, group, 0o750)?;
            }
        }
        Self::of(dir)
    }

    /// Opens the socket that stands here to those it is for.
    ///
    /// # Errors
    /// As [`Doorway::prepare`].
    pub fn open_to(&self, group: Option<&str>) -> Result<(), DoorwayFault> {
        match group {
            Some(group) => admit(&self.socket, group, 0o660),
            None => {
                fs::set_permissions(&self.socket, Permissions::from_mode(0o600)).map_err(unseen(&self.socket))
            }
        }
    }
}

/// The team's group, if the policy names one, is there.
///
/// # Errors
/// [`DoorwayFault::NoGroup`]: a daemon would not start.
pub fn check_group(group: Option<&str>) -> Result<(), DoorwayFault> {
    group.map_or(Ok(()), |group| find(group).map(|_| ()))
}

fn find(group: &str) -> Result<Group, DoorwayFault> {
    Group::from_name(group).ok().flatten().ok_or_else(|| DoorwayFault::NoGroup(group.to_owned()))
}

/// Gives a group what it may have of a path, and nobody else anything.
fn admit(path: &Path, group: &str, mode: u32) -> Result<(), DoorwayFault> {
    let found = find(group)?;
    let closed = |source| DoorwayFault::Closed { path: path.to_owned(), group: group.to_owned(), source };
    // First the group, then the rights: never those rights for another group.
    chown(path, None, Some(found.gid.as_raw())).map_err(closed)?;
    fs::set_permissions(path, Permissions::from_mode(mode)).map_err(unseen(path))
}

/// Takes a socket away, if one is there.
fn remove(socket: &Path) -> Result<(), DoorwayFault> {
    match fs::symlink_metadata(socket) {
        Ok(found) if strange(&found).is_none() => fs::remove_file(socket).map_err(unseen(socket)),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(unseen(socket)(error)),
    }
}
