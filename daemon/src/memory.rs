//! One place of memory for all threads.
//!
//! The C library keeps what a thread gave back for that thread: after some looks at 100,000 leads `leadd` held 900
//! MiB where 210 do, and was no faster by it. What it keeps is told by a variable that it reads before the
//! program's first line, so that the program begins once more with it.

use std::env;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

/// How many such places there may be.
const ARENAS: &str = "MALLOC_ARENA_MAX";

/// Begins anew with one place, unless somebody said how many; comes back otherwise, also where that cannot be
/// done. The process stays the same one.
pub(crate) fn keep_together() {
    if !cfg!(target_env = "gnu") || env::var_os(ARENAS).is_some() {
        return;
    }
    let mut words = env::args_os();
    if let (Ok(program), Some(name)) = (env::current_exe(), words.next()) {
        let _ = Command::new(program).arg0(name).args(words).env(ARENAS, "1").exec();
    }
}
