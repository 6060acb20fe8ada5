//! The files of a store that is at rest, to begin many offices alike.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::Office;

/// A store's files, by their paths in its folder.
pub struct Stock(Vec<(PathBuf, Vec<u8>)>);

impl Stock {
    /// The store of an office, whose `leadd`, if one runs, is ended first.
    pub fn of(office: &Office) -> Self {
        office.rest();
        let mut files = Vec::new();
        gather(&office.store(), Path::new(""), &mut files);
        Self(files)
    }

    /// Puts them in the place of the office's store.
    pub fn furnish(&self, office: &Office) {
        office.rest();
        if office.store().exists() {
            fs::remove_dir_all(office.store()).expect("the folder is ours");
        }
        for (path, bytes) in &self.0 {
            let path = office.store().join(path);
            let folder = path.parent().expect("it is in the store's folder");
            DirBuilder::new().recursive(true).mode(0o700).create(folder).expect("the folder is ours");
            let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
            file.and_then(|mut file| file.write_all(bytes)).expect("the folder takes a file");
        }
    }
}

fn gather(store: &Path, under: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in fs::read_dir(store.join(under)).expect("the folder is ours") {
        let path = under.join(entry.expect("a folder entry").file_name());
        if store.join(&path).is_dir() {
            gather(store, &path, files);
        } else if store.join(&path).is_file() {
            files.push((path.clone(), fs::read(store.join(&path)).expect("the file is ours")));
        }
    }
}
