//! How much memory a body takes at most, counted at the allocator.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::bodies::BODIES;

/// Bytes that a body may hold whatever it is given.
const FREE: usize = 64 << 20;
/// Bytes that it may hold beyond them, for each that it is given.
const EACH: usize = 64;

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

/// Gives these bytes to the body of that name, which may not take memory out of proportion.
pub fn watched(name: &str, bytes: &[u8]) {
    let (_, body) = BODIES.iter().find(|(known, _)| *known == name).expect("a body of that name");
    let before = HELD.load(Relaxed);
    MOST.store(before, Relaxed);
    body(bytes);
    let taken = MOST.load(Relaxed).saturating_sub(before);
    let allowed = FREE + EACH * bytes.len();
    assert!(taken <= allowed, "{taken} bytes of memory for {} of input", bytes.len());
}
