//! Keeps this process out of core dumps: whoever holds a password calls it first.

use nix::sys::resource::{Resource, setrlimit};

/// One byte: no dump is as short, and at just this limit Linux hands none to a collector either, which
/// it would at 0.
const LIMIT: u64 = 1;

/// Has the system write no image of this process, nor of those it starts, whatever ends them.
pub fn refuse() {
    // A limit can always be lowered; where there is none there are no dumps.
    let _ = setrlimit(Resource::RLIMIT_CORE, LIMIT, LIMIT);
}
