//! A store's rows at one instant, in a file without a name.
//!
//! The writer keeps still while it is filled, which is a scan and nothing more; what turns it into
//! lines, and whoever reads those, may be as slow as they like.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, ErrorKind, Read, Seek as _, Write as _};
use std::ops::ControlFlow;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::sheet::{Sheet, Sink};
use super::{BackupFault, Header, VERSION};
use crate::domain::notice::Mail;
use crate::engine::mail::{FOLDER, bytes_path};
use crate::store::{SCHEMA, Store, StoreFault, Table, Typed as _, TypedStore as _, copy_out, random, to_hex};

/// The policy's file.
pub(super) const POLICY: &str = "lead.toml";

/// In the place of a table: a file.
const FILE: u8 = 0;

/// A copy that nothing changes any more.
pub(in crate::engine) struct Spool {
    file: File,
    path: PathBuf,
    header: Header,
}

impl Spool {
    /// Copies the store in `dir`. The writer keeps still meanwhile.
    pub(in crate::engine) fn fill(
        store: &dyn Store,
        dir: &Path,
        now: Timestamp,
    ) -> Result<Self, BackupFault> {
        let head = store.head()?;
        let id = store.store_id()?.unwrap_or_default();
        let path = dir.join(format!("spool.{}", random()?));
        let options = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path);
        let file = options.map_err(BackupFault::io("creating", &path))?;
        fs::remove_file(&path).map_err(BackupFault::io("removing", &path))?;
        let header = Header {
            version: VERSION,
            store: id,
            schema: SCHEMA,
            at: now,
            change: head.change,
            seq: head.seq,
            hash: head.hash,
        };
        let mut spool = Self { file, path, header };
        spool.take(store, dir)?;
        Ok(spool)
    }

    fn take(&mut self, store: &dyn Store, dir: &Path) -> Result<(), BackupFault> {
        let path = self.path.clone();
        let unwritten = |fault| BackupFault::io("writing", &path)(fault);
        let mut out = BufWriter::with_capacity(1 << 20, &mut self.file);
        copy_out(store, &mut |table, key, value| put(&mut out, table as u8, key, value).map_err(unwritten))?;
        let mut files = vec![(POLICY.to_owned(), dir.join(POLICY), None)];
        files.extend(
            unsettled(store)?
                .into_iter()
                .map(|(mail, hash)| (format!("{FOLDER}/{mail}.eml"), bytes_path(dir, mail), Some(hash))),
        );
        for (name, path, hash) in files {
            match fs::read(&path) {
                // Bytes that are not those of the row are no good to anybody; the doctor names them.
                Ok(bytes) if hash.is_none_or(|hash| hash == to_hex(&Sha256::digest(&bytes))) => {
                    put(&mut out, FILE, name.as_bytes(), &bytes).map_err(unwritten)?;
                }
                Ok(_) => {}
                Err(fault) if fault.kind() == ErrorKind::NotFound => {}
                Err(fault) => return Err(BackupFault::io("reading", &path)(fault)),
            }
        }
        out.flush().map_err(unwritten)?;
        drop(out);
        self.file.rewind().map_err(unwritten)
    }

    /// Writes its lines to `sink`, in pieces.
    pub(in crate::engine) fn tell(self, sink: &mut Sink<'_>) -> Result<(), BackupFault> {
        let Self { file, path, header } = self;
        let unread = |fault| BackupFault::io("reading", &path)(fault);
        let mut pieces = |piece| sink(piece);
        let mut sheet = Sheet::begin(&header, &mut pieces)?;
        let mut source = BufReader::with_capacity(1 << 20, file);
        while let Some((table, key, value)) = take(&mut source).map_err(unread)? {
            match Table::KEPT.into_iter().find(|kept| *kept as u8 == table) {
                Some(table) => sheet.row(table, &key, &value)?,
                None => sheet.file(&String::from_utf8_lossy(&key), &value)?,
            }
        }
        sheet.end()
    }
}

/// The mails whose bytes are fixed and may still be sent, with the hash of those.
pub(in crate::engine) fn unsettled(store: &dyn Store) -> Result<Vec<(u64, String)>, StoreFault> {
    let mut mails = Vec::new();
    store.all::<Mail>(&mut |mail| {
        mails.extend(mail.bytes.filter(|_| !mail.state.is_settled()).map(|hash| (mail.id, hash)));
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(mails)
}

fn put(out: &mut impl io::Write, table: u8, key: &[u8], value: &[u8]) -> io::Result<()> {
    out.write_all(&[table])?;
    for part in [key, value] {
        out.write_all(&(part.len() as u64).to_be_bytes())?;
        out.write_all(part)?;
    }
    Ok(())
}

type Entry = (u8, Vec<u8>, Vec<u8>);

fn take(source: &mut impl Read) -> io::Result<Option<Entry>> {
    let mut table = [0];
    if source.read(&mut table)? == 0 {
        return Ok(None);
    }
    let mut part = || -> io::Result<Vec<u8>> {
        let mut length = [0; 8];
        source.read_exact(&mut length)?;
        let length = u64::from_be_bytes(length);
        let mut bytes = Vec::new();
        source.take(length).read_to_end(&mut bytes)?;
        if bytes.len() as u64 == length { Ok(bytes) } else { Err(ErrorKind::UnexpectedEof.into()) }
    };
    Ok(Some((table[0], part()?, part()?)))
}
