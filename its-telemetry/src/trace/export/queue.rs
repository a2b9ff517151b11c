//! One bounded queue in front of one exporter on one thread.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use opentelemetry_sdk::Resource;

use super::health::Health;
use super::thread::spawn;
use super::{Lifecycle, Loss, MakeSink, Sink, Tally};

/// Sizes and times of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Items that wait at most; what comes when it is full is dropped.
    pub(crate) capacity: usize,
    /// Items in one export at most.
    pub(crate) batch: usize,
    /// How long an item waits for others to go with.
    pub(crate) delay: Duration,
    /// How long one export may take.
    pub(crate) timeout: Duration,
}

/// The end that items are put into. Putting one in never waits for the exporter.
#[derive(Debug)]
pub(crate) struct Queue<T>(Arc<Shared<T>>);

impl<T> Clone for Queue<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

#[derive(Debug)]
struct Shared<T> {
    waiting: Mutex<Waiting<T>>,
    life: Arc<Lifecycle>,
    tally: Tally,
    limits: Limits,
}

#[derive(Debug)]
struct Waiting<T> {
    items: VecDeque<T>,
    /// When the first of them came.
    since: Option<Instant>,
    /// No more are taken.
    closed: bool,
    /// Items of the export that is going on.
    in_hand: usize,
}

impl<T: Send + 'static> Queue<T> {
    /// Starts the thread; `make` makes the exporter there.
    ///
    /// # Errors
    /// When the exporter cannot be made.
    pub(crate) fn start(
        limits: Limits,
        tally: Tally,
        resource: Resource,
        make: MakeSink<T>,
    ) -> Result<Self, String> {
        let life = Arc::new(Lifecycle::new());
        let waiting = Waiting { items: VecDeque::new(), since: None, closed: false, in_hand: 0 };
        let shared = Arc::new(Shared { waiting: Mutex::new(waiting), life, tally, limits });
        let theirs = Arc::clone(&shared);
        spawn(&format!("its-{}", shared.tally.signal.as_str()), &shared.life, move || {
            let mut sink = make()?;
            sink.set_resource(&resource);
            Ok(((), export(theirs, sink)))
        })?;
        Ok(Self(shared))
    }

    /// Takes the item, or counts it as dropped.
    pub(crate) fn push(&self, item: T) {
        let shared = &*self.0;
        let mut waiting = shared.waiting();
        let loss = if waiting.closed {
            Some(Loss::Shutdown)
        } else if waiting.items.len() >= shared.limits.capacity {
            Some(Loss::QueueFull)
        } else {
            waiting.items.push_back(item);
            None
        };
        let length = waiting.items.len();
        if loss.is_none() && length == 1 {
            waiting.since = Some(Instant::now());
        }
        drop(waiting);
        match loss {
            Some(loss) => shared.tally.dropped(loss, 1),
            None if length == 1 || length == shared.limits.batch => shared.life.wake(),
            None => {}
        }
    }

    /// Exports what is queued now. `false`: not in time.
    pub(crate) fn flush(&self, timeout: Duration) -> bool {
        self.0.life.flush(timeout)
    }

    /// Takes no more items and lets the thread export the rest until `deadline`.
    pub(crate) fn close(&self, deadline: Instant) {
        self.0.waiting().closed = true;
        self.0.life.close(deadline);
    }

    /// Waits for the end after [`close`](Self::close). `false`: an exporter that blocks its thread is still there; what
    /// it has in hand is counted as dropped.
    pub(crate) fn wait_closed(&self, deadline: Instant) -> bool {
        let gone = self.0.life.wait_gone(deadline);
        self.0.give_up(Loss::Shutdown);
        gone
    }

    pub(crate) fn tally(&self) -> &Tally {
        &self.0.tally
    }
}

impl<T> Shared<T> {
    fn waiting(&self) -> MutexGuard<'_, Waiting<T>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts everything that has not been exported as dropped, once.
    fn give_up(&self, loss: Loss) {
        let mut waiting = self.waiting();
        waiting.closed = true;
        let left = waiting.items.drain(..).count() + std::mem::take(&mut waiting.in_hand);
        drop(waiting);
        self.tally.dropped(loss, left);
    }

    /// When the thread has something to do: now, later, or not until it is woken.
    fn due(&self) -> Due {
        let waiting = self.waiting();
        let asked = self.life.closing().is_some() || self.life.flush_asked().is_some();
        match waiting.since {
            _ if asked || waiting.items.len() >= self.limits.batch => Due::Now,
            Some(since) if since.elapsed() >= self.limits.delay => Due::Now,
            Some(since) => Due::At(since + self.limits.delay),
            None => Due::Never,
        }
    }

    fn take_batch(&self) -> Vec<T> {
        let mut waiting = self.waiting();
        let n = waiting.items.len().min(self.limits.batch);
        let batch: Vec<T> = waiting.items.drain(..n).collect();
        waiting.in_hand = batch.len();
        if waiting.items.is_empty() {
            waiting.since = None;
        }
        batch
    }

    /// Whether the batch is still ours to account for, and not given up by somebody who waited for it.
    fn batch_done(&self) -> bool {
        std::mem::take(&mut self.waiting().in_hand) > 0
    }
}

enum Due {
    Now,
    At(Instant),
    Never,
}

/// The life of the export thread.
async fn export<T: Send>(shared: Arc<Shared<T>>, mut sink: Box<dyn Sink<T>>) {
    let _left = GiveUp(&shared);
    let life = &shared.life;
    let mut health = Health::new(shared.tally.signal);
    loop {
        match shared.due() {
            Due::Now => {}
            Due::At(when) => {
                life.idle(Some(when)).await;
                continue;
            }
            Due::Never => {
                life.idle(None).await;
                continue;
            }
        }
        let (flush, closing) = (life.flush_asked(), life.closing());
        // What comes while a flush goes on is not waited for.
        let all = flush.is_some() || closing.is_some();
        let mut left = if all { shared.waiting().items.len() } else { shared.limits.batch };
        while left > 0 {
            let batch = shared.take_batch();
            let n = batch.len();
            left = if n == 0 { 0 } else { left.saturating_sub(n) };
            if n > 0 && !shared.send(&mut *sink, batch, &mut health).await {
                break;
            }
        }
        if let Some(number) = flush {
            life.flush_done(number);
        }
        if closing.is_some() {
            sink.close();
            return;
        }
    }
}

impl<T: Send> Shared<T> {
    /// Exports one batch. `false`: the time to shut down is up.
    async fn send(&self, sink: &mut dyn Sink<T>, batch: Vec<T>, health: &mut Health) -> bool {
        let n = batch.len();
        let result = tokio::select! {
            biased;
            result = tokio::time::timeout(self.limits.timeout, sink.send(batch)) => {
                Some(result.unwrap_or_else(|_| Err("no answer in time".into())))
            }
            () = self.life.deadline() => None,
        };
        if !self.batch_done() {
            return false;
        }
        match result {
            Some(Ok(())) => {
                self.tally.exported(n);
                health.succeeded();
            }
            Some(Err(error)) => {
                self.tally.dropped(Loss::ExportFailed, n);
                health.failed(&error, n);
            }
            None => self.tally.dropped(Loss::Shutdown, n),
        }
        self.life.closing().is_none_or(|deadline| Instant::now() < deadline)
    }
}

/// What is left when the thread ends is counted, also when an exporter has panicked.
struct GiveUp<'a, T>(&'a Shared<T>);

impl<T> Drop for GiveUp<'_, T> {
    fn drop(&mut self) {
        let closing = self.0.life.closing().is_some();
        self.0.give_up(if closing { Loss::Shutdown } else { Loss::ExportFailed });
    }
}
