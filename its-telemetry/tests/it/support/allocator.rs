//! An allocator that counts what the current thread takes.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Counting;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
    static BYTES: Cell<i64> = const { Cell::new(0) };
    static PEAK: Cell<i64> = const { Cell::new(0) };
}

fn took(bytes: i64) {
    let _ = COUNT.try_with(|count| count.set(count.get() + u64::from(bytes > 0)));
    let _ = BYTES.try_with(|sum| {
        sum.set(sum.get() + bytes);
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(sum.get())));
    });
}

// SAFETY: every call is passed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        took(layout.size() as i64);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        took(-(layout.size() as i64));
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        took(size as i64);
        took(-(layout.size() as i64));
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// What `f` allocated on this thread: how often, and the peak of bytes held at once.
pub fn measure<T>(f: impl FnOnce() -> T) -> (T, u64, i64) {
    let (count, bytes) = (COUNT.get(), BYTES.get());
    PEAK.set(bytes);
    let result = f();
    (result, COUNT.get() - count, PEAK.get() - bytes)
}
