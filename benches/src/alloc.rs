//! The system's allocator, which counts when it is asked to.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicIsize, Ordering::Relaxed};

/// Install it with `#[global_allocator]`.
#[derive(Debug)]
pub struct Counting;

static COUNTING: AtomicBool = AtomicBool::new(false);
static TRACKING: AtomicBool = AtomicBool::new(false);
static LIVE: AtomicIsize = AtomicIsize::new(0);
static PEAK: AtomicIsize = AtomicIsize::new(0);

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

#[inline]
fn allocated(bytes: usize) {
    if COUNTING.load(Relaxed) {
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
    }
    if TRACKING.load(Relaxed) {
        let bytes = bytes as isize;
        PEAK.fetch_max(LIVE.fetch_add(bytes, Relaxed) + bytes, Relaxed);
    }
}

#[inline]
fn freed(bytes: usize) {
    if TRACKING.load(Relaxed) {
        LIVE.fetch_sub(bytes as isize, Relaxed);
    }
}

// SAFETY: every request goes to `System` unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        allocated(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        allocated(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        freed(layout.size());
        unsafe { System.dealloc(pointer, layout) }
    }

    /// Old and new block live at once while the bytes are copied, so a growing buffer peaks at the sum.
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        allocated(size);
        freed(layout.size());
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// Allocations made by this thread while `f` runs.
pub fn allocations(f: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.get();
    COUNTING.store(true, Relaxed);
    f();
    COUNTING.store(false, Relaxed);
    ALLOCATIONS.get() - before
}

/// Bytes of heap that `f` took on top of what was there, in all threads.
#[derive(Clone, Copy, Debug)]
pub struct Heap {
    /// At the worst moment.
    pub peak: isize,
    /// When `f` had returned.
    pub grown: isize,
}

/// The heap that `f` takes.
pub fn heap(f: impl FnOnce()) -> Heap {
    LIVE.store(0, Relaxed);
    PEAK.store(0, Relaxed);
    TRACKING.store(true, Relaxed);
    f();
    TRACKING.store(false, Relaxed);
    Heap { peak: PEAK.load(Relaxed), grown: LIVE.load(Relaxed) }
}
