//! How much memory and time a body takes at most: counted at the allocator, and by the processor's clock, so
//! that a busy machine makes no body slow.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use crate::bodies::BODIES;

/// Bytes that a body may hold whatever it is given.
const FREE: usize = 64 << 20;
/// Bytes that it may hold beyond them, for each that it is given.
const EACH: usize = 64;
/// How long all threads together may compute; with the counters of the fuzzer several times what it is without.
const PATIENCE: Duration = Duration::from_secs(2);

static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

struct Counted;

#[global_allocator]
static COUNTED: Counted = Counted;

// Sound: the system's allocator does the work, and is called as this one was.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), Relaxed) + layout.size();
        MOST.fetch_max(held, Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(place, layout) }
    }
}

/// Gives these bytes to the body of that name, which may not take memory out of proportion, nor long.
pub fn watched(name: &str, bytes: &[u8]) {
    let (_, body) = BODIES.iter().find(|(known, _)| *known == name).expect("a body of that name");
    let (held, computed) = (HELD.load(Relaxed), computed());
    MOST.store(held, Relaxed);
    body(bytes);
    let taken = MOST.load(Relaxed).saturating_sub(held);
    assert!(taken <= FREE + EACH * bytes.len(), "{taken} bytes of memory for {} of input", bytes.len());
    let took = self::computed() - computed;
    assert!(took <= PATIENCE, "{took:?} for {} bytes of input", bytes.len());
}

/// How long this process has computed.
fn computed() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // Sound: the call writes to what it is given, and to nothing else.
    let ended = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time) };
    assert_eq!(ended, 0, "there is such a clock");
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).expect("below a second"))
}
