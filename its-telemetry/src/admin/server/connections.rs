//! The open connections, their number bounded and the slow ones closed.

use tokio::task::AbortHandle;

use super::progress::Progress;
use crate::admin::settings::Limits;

/// All connections that are open.
#[derive(Debug)]
pub(super) struct Connections {
    limits: Limits,
    open: Vec<(AbortHandle, Progress)>,
}

/// What became of the others when a connection asked to be let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// There was room, or another connection was closed that waited for its client.
    Made,
    /// All others are being answered.
    None,
}

impl Connections {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, open: Vec::new() }
    }

    /// Makes room for one more: a client that is quick is served however many slow ones there are.
    pub(super) fn make_room(&mut self) -> Room {
        self.forget_ended();
        if self.open.len() < self.limits.connections {
            return Room::Made;
        }
        let waiting = self.open.iter().filter_map(|open| Some((open.1.waits_for()?, open)));
        match waiting.max_by_key(|(since, _)| *since) {
            Some((_, (task, progress))) => {
                progress.closes();
                task.abort();
                Room::Made
            }
            None => Room::None,
        }
    }

    pub(super) fn add(&mut self, task: AbortHandle, progress: Progress) {
        self.open.push((task, progress));
    }

    /// Closes what takes too long; how many.
    pub(super) fn close_overdue(&mut self) -> usize {
        self.forget_ended();
        self.open.iter().for_each(|(_, progress)| progress.settle(&self.limits));
        let overdue = self.open.iter().filter(|(_, progress)| progress.is_overdue(&self.limits));
        overdue.map(|(task, _)| task.abort()).count()
    }

    fn forget_ended(&mut self) {
        self.open.retain(|(task, _)| !task.is_finished());
    }
}
