//! Sharded counters and the history that is made of them, in every order that the memory model allows.
//!
//! The files under test are the product's own; only what they are built of comes from the model checker.
#![allow(missing_docs, unreachable_pub, dead_code)]

mod sync {
    pub(crate) use loom::sync::atomic::{AtomicU64, Ordering};
}

#[path = "../src/tracker"]
mod tracker {
    #[path = "counters.rs"]
    pub(crate) mod counters;
    #[path = "counts.rs"]
    pub(crate) mod counts;
    #[path = "history.rs"]
    pub(crate) mod history;
    #[path = "level.rs"]
    pub(crate) mod level;
}

use loom::sync::{Arc, Mutex};
use loom::thread;
use tracker::counters::Counters;
use tracker::history::History;

/// Two threads count, on shards of their own or on the same; a third remembers what it sees, twice.
fn model(shards: [usize; 2]) {
    let mut model = loom::model::Builder::new();
    // More switches between threads than that multiply the orders and find nothing that fewer do not.
    model.preemption_bound = Some(2);
    model.check(move || {
        let (counters, history) = (Arc::new(Counters::<2>::new()), Arc::new(Mutex::new(History::new(0.0))));
        let recording = shards.map(|shard| {
            let counters = Arc::clone(&counters);
            thread::spawn(move || counters.add(shard, true, 1))
        });
        let ticking = {
            let (counters, history) = (Arc::clone(&counters), Arc::clone(&history));
            thread::spawn(move || history.lock().unwrap().tick(5.0, counters.read()))
        };
        counters.add(0, false, 1);
        let seen = counters.read();
        recording.into_iter().chain([ticking]).for_each(|thread| thread.join().unwrap());
        let mut history = history.lock().unwrap();
        history.tick(10.0, counters.read());
        let window = history.window(60.0, 10.0, counters.read());
        assert_eq!((window.good, window.bad), (2.0, 1.0), "no event is lost or counted twice");
        assert!(seen.good <= 2 && seen.bad == 1, "counts only grow");
        let parts = [
            history.between(0.0, 5.0, 10.0, counters.read()),
            history.between(5.0, 10.0, 10.0, counters.read()),
        ];
        assert_eq!(parts[0].good + parts[1].good, 2.0, "each event lies in one slot");
        assert_eq!(parts[0].bad + parts[1].bad, 1.0);
    });
}

#[test]
fn threads_on_shards_of_their_own() {
    model([0, 1]);
}

#[test]
fn threads_on_one_shard() {
    model([1, 1]);
}
