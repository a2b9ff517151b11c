//! A queue in front of exporters that work, fail, hang, block and panic.

use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use opentelemetry_sdk::Resource;

use super::sink::Sent;
use super::{Limits, Queue, Signal, Sink, Tally};

#[derive(Clone, Copy)]
enum How {
    Keep,
    Fail,
    Hang,
    Block(Duration),
    Panic,
}

#[derive(Clone)]
struct Fake {
    how: How,
    batches: Arc<Mutex<Vec<Vec<u32>>>>,
}

impl Fake {
    fn new(how: How) -> Self {
        Self { how, batches: Arc::default() }
    }

    fn batches(&self) -> Vec<Vec<u32>> {
        self.batches.lock().expect("batches").clone()
    }
}

impl Sink<u32> for Fake {
    fn send(&mut self, batch: Vec<u32>) -> Sent<'_> {
        self.batches.lock().expect("batches").push(batch);
        let how = self.how;
        Box::pin(async move {
            match how {
                How::Keep => Ok(()),
                How::Fail => Err("no".into()),
                How::Hang => std::future::pending().await,
                How::Block(time) => {
                    // An exporter that blocks its thread.
                    std::thread::sleep(time);
                    Ok(())
                }
                How::Panic => panic!("expected"),
            }
        })
    }
    fn set_resource(&mut self, _: &Resource) {}
    fn close(&mut self) {}
}

const LONG: Duration = Duration::from_secs(30);
const SHORT: Duration = Duration::from_millis(100);

fn queue(fake: &Fake, capacity: usize, batch: usize, delay: Duration) -> Queue<u32> {
    let limits = Limits { capacity, batch, delay, timeout: LONG };
    let sink = fake.clone();
    let tally = Tally::new(Signal::Traces, Weak::new());
    Queue::start(limits, tally, Resource::builder_empty().build(), Box::new(|| Ok(Box::new(sink))))
        .expect("started")
}

/// Closes the queue and returns whether its thread ended in time.
fn close(queue: &Queue<u32>, timeout: Duration) -> bool {
    let start = Instant::now();
    queue.close(start + timeout);
    let gone = queue.wait_closed(start + timeout + SHORT);
    assert!(start.elapsed() < timeout + 10 * SHORT, "{:?}", start.elapsed());
    gone
}

#[track_caller]
fn until(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < LONG, "in vain");
        std::thread::yield_now();
    }
}

#[test]
fn a_batch_goes_when_it_is_full_or_old_enough() {
    let fake = Fake::new(How::Keep);
    let full = queue(&fake, 100, 3, LONG);
    (0..7).for_each(|n| full.push(n));
    until(|| fake.batches().len() == 2);
    assert_eq!(fake.batches(), [vec![0, 1, 2], vec![3, 4, 5]], "the last one waits for others");
    assert!(full.flush(LONG));
    assert_eq!(fake.batches()[2], [6]);
    assert!(close(&full, LONG));
    assert_eq!(full.tally().read(), (7, 0));

    let fake = Fake::new(How::Keep);
    let old = queue(&fake, 100, 50, Duration::from_millis(5));
    old.push(1);
    until(|| fake.batches() == [[1]]);
    assert!(close(&old, LONG));
}

#[test]
fn closing_exports_the_rest_and_takes_no_more() {
    let fake = Fake::new(How::Keep);
    let queue = queue(&fake, 100, 4, LONG);
    (0..10).for_each(|n| queue.push(n));
    assert!(close(&queue, LONG));
    assert_eq!(fake.batches().concat(), (0..10).collect::<Vec<_>>());
    queue.push(10);
    assert_eq!(queue.tally().read(), (10, 1));
    assert!(close(&queue, LONG), "a second time");
    assert!(queue.flush(LONG), "there is nothing left to wait for");
}

#[test]
fn a_full_queue_drops_and_a_hung_exporter_cannot_hold_a_shutdown() {
    let fake = Fake::new(How::Hang);
    let queue = queue(&fake, 10, 100, LONG);
    (0..15).for_each(|n| queue.push(n));
    assert_eq!(queue.tally().read(), (0, 5));
    assert!(close(&queue, SHORT), "the thread lets go of the export");
    assert_eq!(queue.tally().read(), (0, 15));
}

#[test]
fn an_export_in_flight_is_given_up_at_the_deadline() {
    let fake = Fake::new(How::Hang);
    let queue = queue(&fake, 10, 2, LONG);
    (0..5).for_each(|n| queue.push(n));
    until(|| fake.batches().len() == 1);
    assert!(!queue.flush(SHORT));
    assert!(close(&queue, SHORT));
    assert_eq!(queue.tally().read(), (0, 5));
}

#[test]
fn an_exporter_that_blocks_its_thread_cannot_hold_a_shutdown_either() {
    let fake = Fake::new(How::Block(10 * SHORT));
    let queue = queue(&fake, 10, 2, LONG);
    (0..5).for_each(|n| queue.push(n));
    until(|| fake.batches().len() == 1);
    assert!(!close(&queue, SHORT), "the thread is still there");
    assert_eq!(queue.tally().read(), (0, 5), "all are accounted for");
    assert!(queue.wait_closed(Instant::now() + LONG));
    assert_eq!(queue.tally().read(), (0, 5), "and once only");
}

#[test]
fn a_failed_export_is_counted_and_the_next_one_tried() {
    let fake = Fake::new(How::Fail);
    let queue = queue(&fake, 10, 2, LONG);
    (0..4).for_each(|n| queue.push(n));
    assert!(queue.flush(LONG));
    assert_eq!((fake.batches().len(), queue.tally().read()), (2, (0, 4)));
    assert!(close(&queue, LONG));
}

#[test]
fn a_panicking_exporter_hangs_nobody() {
    let fake = Fake::new(How::Panic);
    let queue = queue(&fake, 10, 2, LONG);
    (0..5).for_each(|n| queue.push(n));
    assert!(queue.flush(LONG));
    assert!(close(&queue, SHORT));
    queue.push(5);
    assert_eq!(queue.tally().read(), (0, 6));
}

#[test]
fn an_exporter_that_cannot_be_made_says_why() {
    let limits = Limits { capacity: 1, batch: 1, delay: LONG, timeout: LONG };
    let start = |make: super::MakeSink<u32>| {
        let tally = Tally::new(Signal::Logs, Weak::new());
        Queue::start(limits, tally, Resource::builder_empty().build(), make).map(drop).unwrap_err()
    };
    assert_eq!(start(Box::new(|| Err("no endpoint".into()))), "no endpoint");
    assert!(start(Box::new(|| panic!("expected"))).contains("panicked"));
}
