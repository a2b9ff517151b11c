//! The admin endpoint: what operators and Prometheus ask the process for.
//!
//! - `/metrics` for Prometheus, in the format that `Accept` asks for;
//! - `/healthz` answers while the process runs, `/readyz` when every registered check passes;
//! - `/` is a status page for people, `/status.json` the same for scripts;
//! - `/slo` has every error budget, for `its-slo diff` and other scripts (feature `slo`);
//! - `/settings` shows what can be changed while the service runs.
//!
//! It listens on 127.0.0.1:9464 and runs on a thread with a runtime of its own: a service whose runtime is blocked
//! can still be asked. The core flows in, HTTP flows out; nothing that it does becomes telemetry.
//!
//! ```
//! use its_telemetry::Telemetry;
//! use its_telemetry::admin::AdminSettings;
//!
//! # fn main() -> Result<(), its_telemetry::TelemetryError> {
//! # let any_port = ([127, 0, 0, 1], 0);
//! let telemetry = Telemetry::builder("camera-service")
//!     .admin(AdminSettings::default())
//! #   .admin_address(any_port)
//!     .build()?;
//! # Ok(())
//! # }
//! ```

mod answer;
mod auth;
mod body;
mod change;
mod error;
mod health;
mod history;
mod log_level;
mod metrics;
mod page;
mod readiness;
mod route;
mod server;
mod settings;
mod status;

use std::hash::RandomState;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::Semaphore;

pub use error::AdminError;
pub(crate) use log_level::LogLevel;
pub use readiness::{Condition, Readiness};
pub(crate) use server::Server;
pub use settings::AdminSettings;

use crate::core::Core;
use crate::scope::{Ambient, Identity, enter};
use auth::Token;
use history::History;

/// What every answer is made from.
#[derive(Debug)]
struct State {
    core: Arc<Core>,
    readiness: Readiness,
    settings: AdminSettings,
    log_level: Option<Box<dyn LogLevel>>,
    token: Option<Token>,
    change_token: Box<str>,
    host: Box<str>,
    started: Instant,
    started_at: SystemTime,
    history: Mutex<History>,
    /// Scrapes whose sources are being read.
    collecting: Arc<Semaphore>,
    /// Tells scrapers apart.
    scrapers: RandomState,
}

/// Opens the endpoint; `None` when the environment keeps it closed.
pub(crate) fn open(
    core: &Arc<Core>,
    readiness: &Readiness,
    log_level: Option<Box<dyn LogLevel>>,
    settings: AdminSettings,
    reads_environment: bool,
) -> Result<Option<Server>, AdminError> {
    let environment = |name: &str| std::env::var(name).ok().filter(|_| reads_environment);
    let Some(settings) = settings.resolve(environment)? else { return Ok(None) };
    let state = State {
        core: Arc::clone(core),
        readiness: readiness.clone(),
        log_level,
        token: settings.token.as_deref().map(Token::new).transpose()?,
        settings,
        change_token: auth::random_secret(),
        host: crate::host::name(),
        started: Instant::now(),
        started_at: SystemTime::now(),
        history: Mutex::new(History::new(Duration::ZERO)),
        collecting: Arc::new(Semaphore::new(metrics::AT_A_TIME)),
        scrapers: RandomState::new(),
    };
    Server::start(Arc::new(state)).map(Some)
}

/// Runs what the service gave us so that it is not traced.
fn unobserved<T>(run: impl FnOnce() -> T) -> T {
    let (mut identity, mut ambient) = (Identity::SUPPRESSED, Ambient::NONE);
    let _suppressed = enter(&mut identity, &mut ambient);
    run()
}

impl State {
    /// The history, up to date.
    fn history(&self) -> MutexGuard<'_, History> {
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        history.update(&self.core.registry, self.started.elapsed());
        history
    }

    /// What is due every few seconds.
    fn tick(&self) {
        drop(self.history());
        self.core.sweep_if_due();
    }

    fn count_dropped(&self, reason: &'static str, count: usize) {
        if count > 0 {
            self.core.dropped.add("admin", reason, count as u64);
        }
    }
}
