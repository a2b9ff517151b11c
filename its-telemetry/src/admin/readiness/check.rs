//! One named check.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::JoinError;

use crate::admin::unobserved;

/// How long a check may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

type Result = std::result::Result<(), String>;
type Function = Box<dyn Fn() -> Result + Send + Sync>;

/// One named check.
pub(crate) struct Check {
    name: Box<str>,
    source: Source,
}

enum Source {
    Condition(Mutex<Result>),
    Function { function: Function, running: Mutex<Option<Running>> },
}

/// A run that has begun; those who ask meanwhile wait for the same one.
#[derive(Clone, Debug)]
pub(super) struct Running {
    since: Instant,
    ended: watch::Receiver<Option<(Result, Duration)>>,
}

/// A check that was asked.
#[derive(Debug)]
pub(super) enum Asked {
    Known(Result),
    Running(Running),
}

impl Check {
    pub(super) fn of_condition(name: &str) -> Arc<Self> {
        let source = Source::Condition(Mutex::new(Err("not set yet".into())));
        Arc::new(Self { name: name.into(), source })
    }

    pub(super) fn of_function(name: &str, function: Function) -> Arc<Self> {
        Arc::new(Self { name: name.into(), source: Source::Function { function, running: Mutex::default() } })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn set(&self, result: Result) {
        if let Source::Condition(state) = &self.source {
            *state.lock().unwrap_or_else(PoisonError::into_inner) = result;
        }
    }

    /// Starts the check unless it is running.
    pub(super) fn ask(self: &Arc<Self>) -> Asked {
        match &self.source {
            Source::Condition(state) => {
                Asked::Known(state.lock().unwrap_or_else(PoisonError::into_inner).clone())
            }
            Source::Function { running, .. } => {
                let mut running = running.lock().unwrap_or_else(PoisonError::into_inner);
                Asked::Running(running.get_or_insert_with(|| self.start()).clone())
            }
        }
    }

    fn start(self: &Arc<Self>) -> Running {
        let (ended, receiver) = watch::channel(None);
        let (check, since) = (Arc::clone(self), Instant::now());
        let run = tokio::task::spawn_blocking({
            let check = Arc::clone(self);
            move || check.run()
        });
        tokio::spawn(async move {
            let result = run.await.unwrap_or_else(|error| Err(why(&error)));
            // The next who asks starts a new run, whatever happened to this one.
            if let Source::Function { running, .. } = &check.source {
                *running.lock().unwrap_or_else(PoisonError::into_inner) = None;
            }
            ended.send_replace(Some((result, since.elapsed())));
        });
        Running { since, ended: receiver }
    }

    fn run(&self) -> Result {
        match &self.source {
            Source::Function { function, .. } => unobserved(function),
            Source::Condition(_) => Ok(()),
        }
    }
}

impl Asked {
    /// The result, or that there is none in time; and how long it took.
    pub(super) async fn result(self) -> (Result, Duration) {
        let mut running = match self {
            Self::Known(result) => return (result, Duration::ZERO),
            Self::Running(running) => running,
        };
        let left = PATIENCE.saturating_sub(running.since.elapsed());
        let ended = tokio::time::timeout(left, running.ended.wait_for(Option::is_some)).await;
        let ended = ended.ok().and_then(|ended| ended.ok()?.clone());
        let took = running.since.elapsed();
        ended.unwrap_or_else(|| (Err(format!("no answer for {:.0} s", took.as_secs_f64())), took))
    }
}

fn why(error: &JoinError) -> String {
    if error.is_panic() { "the check panicked".into() } else { "the check was stopped".into() }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Check").field("name", &self.name).finish_non_exhaustive()
    }
}
