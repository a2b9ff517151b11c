//! The lock-free adds, in every order that the memory model allows.
//!
//! The files under test are the product's own; only what they are built of comes from the model checker.
#![allow(missing_docs, unreachable_pub, dead_code)]

mod sync {
    pub(crate) use loom::sync::Mutex;
    pub(crate) use loom::sync::atomic::{AtomicU64, Ordering};
    pub(crate) use std::sync::PoisonError;
}
#[path = "../src/registry/cell.rs"]
mod cell;
#[path = "../src/registry/slots.rs"]
mod slots;

use std::sync::atomic::Ordering::Relaxed;

use loom::sync::{Arc, atomic::AtomicU64};
use loom::thread;
use slots::{SHARED, SLOTS, Slots};

/// Slots of which only `free` are not taken, and a cell for each.
struct Arena {
    slots: Slots,
    cells: [AtomicU64; 3],
}

impl Arena {
    fn with_free(free: &[usize]) -> Arc<Self> {
        let taken = free.iter().fold(u32::MAX, |taken, slot| taken & !(1 << slot));
        assert!(SLOTS == 32 && !free.contains(&SHARED));
        Arc::new(Self {
            slots: Slots { taken: sync::Mutex::new(taken) },
            cells: [AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0)],
        })
    }

    /// A thread's life: take a slot, add twice, give it back.
    fn live(&self) {
        let slot = self.slots.take();
        for _ in 0..2 {
            cell::add(&self.cells[slot], 1, slot == SHARED);
        }
        self.slots.give_back(slot);
    }

    fn sum(&self) -> u64 {
        self.cells.iter().map(|cell| cell.load(Relaxed)).sum()
    }
}

#[test]
fn threads_that_follow_each_other_in_a_slot_lose_nothing() {
    loom::model(|| {
        let arena = Arena::with_free(&[1]);
        let other = Arc::clone(&arena);
        let thread = thread::spawn(move || other.live());
        arena.live();
        thread.join().expect("thread");
        assert_eq!(arena.sum(), 4);
    });
}

#[test]
fn threads_without_a_slot_of_their_own_lose_nothing() {
    loom::model(|| {
        let arena = Arena::with_free(&[]);
        let other = Arc::clone(&arena);
        let thread = thread::spawn(move || other.live());
        arena.live();
        thread.join().expect("thread");
        assert_eq!(arena.sum(), 4);
    });
}

#[test]
fn a_reader_never_sees_a_sum_go_down() {
    loom::model(|| {
        let arena = Arena::with_free(&[1, 2]);
        let (first, second) = (Arc::clone(&arena), Arc::clone(&arena));
        let threads = [thread::spawn(move || first.live()), thread::spawn(move || second.live())];
        let before = arena.sum();
        assert!(arena.sum() >= before);
        threads.into_iter().for_each(|thread| thread.join().expect("thread"));
        assert_eq!(arena.sum(), 4);
    });
}
