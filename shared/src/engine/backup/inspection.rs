//! Reads a backup without a store: what is in it, or what is wrong with it.
//!
//! Nothing in it is believed: the order, the counts, the hash over all of it, every record, and the
//! chain of its history are looked at before anybody makes a store of it.

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::spool::POLICY;
use super::{BackupFault, Contents, End, FileLine, Header, VERSION};
use crate::domain::activity::{Activity, Change};
use crate::engine::mail::FOLDER;
use crate::store::{Head, Line, SCHEMA, StoreFault, Table, Walk, check_row, decode_row, from_hex, to_hex};

/// No line is longer, in bytes.
const LONGEST: u64 = 64 << 20;

/// No first line is longer, in bytes.
const LONGEST_HEADER: u64 = 64 << 10;

/// What stands between the first line and the last.
pub(super) enum Part {
    /// A row: its table, its key, its value.
    Row(Table, Vec<u8>, Vec<u8>),
    /// A file: its path below the store's folder, and its bytes.
    File(String, Vec<u8>),
}

/// Says what is in the backup at `path`, once all of it was found to be in order.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn inspect(path: &Path) -> Result<Contents, BackupFault> {
    let mut audit = Audit::default();
    let (header, end) = read(path, &mut |part, damaged| match part {
        Part::Row(table, key, value) => {
            audit.row(table, &key, &value).map_err(|fault| damaged(fault.to_string()))
        }
        Part::File(..) => Ok(()),
    })?;
    let head = Head { change: header.change, seq: header.seq, hash: header.hash.clone() };
    if let Some(first) = audit.walk.end(&head).first() {
        return Err(BackupFault::Damaged {
            path: path.to_owned(),
            line: 1,
            reason: format!("its history breaks at {}: {:?}", first.seq, first.how),
        });
    }
    let Header { store, at, change, seq, hash, .. } = header;
    Ok(Contents { store, at, change, seq, hash, rows: end.rows, files: end.files })
}

/// What every row is held against.
#[derive(Default)]
struct Audit {
    walk: Walk,
    /// The digests of contents whose activities come later.
    digests: VecDeque<(Vec<u8>, String)>,
}

impl Audit {
    fn row(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<(), StoreFault> {
        check_row(table, key, value)?;
        match table {
            Table::Content => self.digests.push_back((key.to_vec(), Walk::digest(value))),
            Table::Activity => {
                // A content without an activity is told by the activity that is missing.
                while self.digests.front().is_some_and(|(seq, _)| seq.as_slice() < key) {
                    self.digests.pop_front();
                }
                let digest = self.digests.front().filter(|(seq, _)| seq == key).map(|(_, digest)| digest);
                self.walk.activity(decode_row::<Activity>(key, value)?, digest.map(String::as_str));
            }
            Table::Change => self.walk.change(&decode_row::<Change>(key, value)?),
            _ => {}
        }
        Ok(())
    }
}

/// Makes a fault of what is wrong with the line that was read last.
pub(super) type Damaged<'a> = dyn Fn(String) -> BackupFault + 'a;

/// Called with each part.
pub(super) type Visit<'a> = dyn FnMut(Part, &Damaged<'_>) -> Result<(), BackupFault> + 'a;

/// Visits every part of the backup at `path` in its order; its first line and its last.
///
/// # Errors
/// The first thing that is wrong. Parts that were visited before it prove nothing.
pub(super) fn read(path: &Path, visit: &mut Visit<'_>) -> Result<(Header, End), BackupFault> {
    let mut lines = Lines::open(path)?;
    let header = lines.header()?;
    let (mut rows, mut files) = (BTreeMap::<String, u64>::new(), 0);
    let mut last: Option<(usize, Vec<u8>)> = None;
    loop {
        let before = to_hex(&lines.hash.clone().finalize());
        let Some(line) = lines.next(LONGEST)? else {
            return Err(lines.damaged("it ends before its last line"));
        };
        let damaged = |reason: String| lines.damaged(reason);
        if line.starts_with("{\"table\"") {
            let (table, key, value) = Line::read(&line).map_err(damaged)?;
            let place = (Table::KEPT.iter().position(|kept| *kept == table).unwrap_or(0), key.clone());
            if files > 0 || last.as_ref().is_some_and(|last| *last >= place) {
                return Err(damaged("it stands out of its order".to_owned()));
            }
            last = Some(place);
            *rows.entry(table.name().to_owned()).or_default() += 1;
            visit(Part::Row(table, key, value), &damaged)?;
        } else if line.starts_with("{\"file\"") {
            files += 1;
            let (name, bytes) = file(&line).map_err(damaged)?;
            visit(Part::File(name, bytes), &damaged)?;
        } else {
            let end: End = serde_json::from_str(&line).map_err(|error| damaged(error.to_string()))?;
            if end.sha256 != before {
                return Err(damaged("its hash is not that of the lines before it".to_owned()));
            }
            if end.rows != rows || end.files != files {
                return Err(damaged("it counts other lines than there are".to_owned()));
            }
            return match lines.next(LONGEST)? {
                None => Ok((header, end)),
                Some(_) => Err(lines.damaged("nothing may stand behind the last line")),
            };
        }
    }
}

/// A file's path below the store's folder, which is one that we write, and its bytes.
fn file(line: &str) -> Result<(String, Vec<u8>), String> {
    let line: FileLine = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let mail = line.file.strip_prefix(FOLDER).and_then(|rest| rest.strip_prefix('/'));
    let number = mail.and_then(|mail| mail.strip_suffix(".eml")).and_then(|id| id.parse::<u64>().ok());
    if line.file != POLICY && number.is_none_or(|id| line.file != format!("{FOLDER}/{id}.eml")) {
        return Err(format!("`{}` is no file of a store", line.file.escape_default()));
    }
    let bytes = match (line.text, line.bytes) {
        (Some(text), None) => text.into_bytes(),
        (None, Some(hex)) => from_hex(&hex).ok_or("its bytes are no hex")?,
        _ => return Err("it has no bytes, or several".to_owned()),
    };
    Ok((line.file, bytes))
}

/// The lines of a file, bounded, numbered and hashed.
struct Lines {
    source: BufReader<File>,
    path: PathBuf,
    number: u64,
    hash: Sha256,
}

impl Lines {
    fn open(path: &Path) -> Result<Self, BackupFault> {
        let io = |fault| BackupFault::io("reading", path)(fault);
        // A pipe nobody writes to would block the open itself.
        let opened = File::options().read(true).custom_flags(nix::libc::O_NONBLOCK).open(path);
        let file = opened.map_err(io)?;
        if !file.metadata().map_err(io)?.is_file() {
            return Err(BackupFault::NotOne { path: path.to_owned(), reason: "it is not a file".to_owned() });
        }
        let source = BufReader::with_capacity(1 << 20, file);
        Ok(Self { source, path: path.to_owned(), number: 0, hash: Sha256::new() })
    }

    fn header(&mut self) -> Result<Header, BackupFault> {
        let path = self.path.clone();
        let not_one = |reason: &str| BackupFault::NotOne { path: path.clone(), reason: reason.to_owned() };
        let line = match self.next(LONGEST_HEADER) {
            Ok(Some(line)) => line,
            Ok(None) => return Err(not_one("it is empty")),
            Err(BackupFault::Damaged { reason, .. }) => return Err(not_one(&reason)),
            Err(fault) => return Err(fault),
        };
        let header: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
        let (Some(version), schema) = (header["lead backup"].as_u64(), header["schema"].as_u64()) else {
            return Err(not_one("its first line says nothing of one"));
        };
        if version != u64::from(VERSION) || schema.is_some_and(|schema| schema > u64::from(SCHEMA)) {
            return Err(BackupFault::Newer {
                path: path.clone(),
                found: format!("version {version}, schema {}", schema.unwrap_or(0)),
                known: format!("version {VERSION}, schema {SCHEMA}"),
            });
        }
        serde_json::from_value(header).map_err(|error| self.damaged(error.to_string()))
    }

    /// The next line without its end.
    fn next(&mut self, longest: u64) -> Result<Option<String>, BackupFault> {
        let mut line = Vec::new();
        let read = self.source.by_ref().take(longest + 1).read_until(b'\n', &mut line);
        read.map_err(BackupFault::io("reading", &self.path))?;
        if line.is_empty() {
            return Ok(None);
        }
        self.number += 1;
        self.hash.update(&line);
        if line.len() as u64 > longest {
            return Err(self.damaged(format!("it is longer than {longest} bytes")));
        }
        if line.pop() != Some(b'\n') {
            return Err(self.damaged("it is cut off"));
        }
        String::from_utf8(line).map(Some).map_err(|_| self.damaged("it is not UTF-8"))
    }

    fn damaged(&self, reason: impl Into<String>) -> BackupFault {
        BackupFault::Damaged { path: self.path.clone(), line: self.number.max(1), reason: reason.into() }
    }
}
