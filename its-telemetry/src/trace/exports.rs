//! What of one telemetry is exported, from the settings to the last flush.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::SdkLogRecord;

use super::export::{Limits, MakeSink, Queue, Signal, Tally, log_sink, span_sink};
use super::logs::{LogFormat, LogLevel, Logs, Output};
use super::otlp::{Environment, Otlp, Target, log_exporter, resource, span_exporter};
use super::push::Push;
use super::settings::{Export, PushMetrics, Traces};
use super::spans::{Spans, library};
use crate::core::{Core, Settings};
use crate::shutdown::{ShutdownReport, SignalReport};
use crate::telemetry::TelemetryError;

/// What a builder has been told.
#[derive(Debug)]
pub(crate) struct ExportSettings {
    pub(crate) environment: Environment,
    pub(crate) otlp: Otlp,
    pub(crate) traces: Traces,
    pub(crate) logs: Logs,
    pub(crate) push: Option<PushMetrics>,
    pub(crate) keep_subscriber: bool,
}

/// What runs.
#[derive(Debug)]
pub(crate) struct Exports {
    pub(crate) level: LogLevel,
    pub(crate) format: LogFormat,
    pub(crate) output: Output,
    pub(crate) colours: bool,
    pub(crate) logs: Option<Queue<SdkLogRecord>>,
    pub(crate) keep_subscriber: bool,
    core: Arc<Core>,
    push: Option<Push>,
    closed: AtomicBool,
}

impl Default for ExportSettings {
    fn default() -> Self {
        Self {
            environment: Environment::of_process(),
            otlp: Otlp::default(),
            traces: Traces::default(),
            logs: Logs::default(),
            push: None,
            keep_subscriber: false,
        }
    }
}

impl ExportSettings {
    pub(crate) fn without_environment(self) -> Self {
        Self { environment: Environment::empty(), ..self }
    }

    /// Lets the environment override what the code says about service and sampling.
    pub(crate) fn override_settings(&self, mut settings: Settings) -> Settings {
        let env = &self.environment;
        if let Some(service) = env.get("OTEL_SERVICE_NAME") {
            settings.service = service.into();
        }
        let ratio = || env.parse("OTEL_TRACES_SAMPLER_ARG").unwrap_or(1.0);
        let sampler = env.get("OTEL_TRACES_SAMPLER");
        // A parent's decision is followed with each of them.
        match sampler.as_deref() {
            Some("always_on" | "parentbased_always_on") => settings.sampling_ratio = 1.0,
            Some("always_off" | "parentbased_always_off") => settings.sampling_ratio = 0.0,
            Some("traceidratio" | "parentbased_traceidratio") => settings.sampling_ratio = ratio(),
            Some(other) => env.ignore("OTEL_TRACES_SAMPLER", other),
            None => {}
        }
        settings
    }

    /// Starts the exporters.
    pub(crate) fn start(self, core: &Arc<Core>) -> Result<Exports, TelemetryError> {
        let Self { environment: env, otlp, traces, logs, push, keep_subscriber } = self;
        let resource = resource(&core.settings, &env);
        let start = Start { core, env: &env, otlp, resource };
        start.spans(traces)?;
        let log_queue = start.logs(logs.export, logs.limits)?;
        let push = start.push(push)?;
        let level = env
            .get("RUST_LOG")
            .and_then(|level| LogLevel::parse(&level).inspect_err(|_| env.ignore("RUST_LOG", &level)).ok());
        let level = match level {
            Some(level) => level,
            None => LogLevel::parse(&logs.level).map_err(TelemetryError::LogLevel)?,
        };
        env.report_ignored();
        Ok(Exports {
            level,
            format: logs.format,
            colours: logs.output.has_colours(env.get("NO_COLOR").is_some()),
            output: logs.output,
            logs: log_queue,
            keep_subscriber,
            core: Arc::clone(core),
            push,
            closed: AtomicBool::new(false),
        })
    }
}

struct Start<'a> {
    core: &'a Arc<Core>,
    env: &'a Environment,
    otlp: Otlp,
    resource: Resource,
}

impl Start<'_> {
    /// What the environment makes of the code's wish.
    fn wish<T>(&self, signal: Signal, code: Export<T>) -> Export<T> {
        let name = signal.as_str().to_ascii_uppercase();
        if self.env.flag("OTEL_SDK_DISABLED") {
            return Export::Off;
        }
        let variable = format!("OTEL_{name}_EXPORTER");
        match self.env.get(&variable).as_deref() {
            Some("none") => return Export::Off,
            Some("otlp") => {
                return match code {
                    Export::ByEnvironment | Export::Off => Export::Otlp(None),
                    code => code,
                };
            }
            Some(other) => self.env.ignore(&variable, other),
            None => {}
        }
        let endpoints = [format!("OTEL_EXPORTER_OTLP_{name}_ENDPOINT"), "OTEL_EXPORTER_OTLP_ENDPOINT".into()];
        // Metrics are there to be scraped; to push them too has to be asked for by name.
        let endpoints = if signal == Signal::Metrics { &endpoints[..1] } else { &endpoints };
        match code {
            Export::ByEnvironment if self.env.first(endpoints).is_some() => Export::Otlp(None),
            Export::ByEnvironment => Export::Off,
            code => code,
        }
    }

    fn target(&self, signal: Signal, own: Option<Otlp>) -> Result<Target, TelemetryError> {
        let otlp = own.as_ref().unwrap_or(&self.otlp);
        Target::resolve(otlp, signal, self.env).map_err(|reason| failed(signal, reason))
    }

    /// How to make the exporter; `None`: there is none.
    fn sink<T>(
        &self,
        signal: Signal,
        export: Export<T>,
        over_otlp: impl FnOnce(Target) -> MakeSink<T>,
    ) -> Result<Option<MakeSink<T>>, TelemetryError> {
        Ok(match self.wish(signal, export) {
            Export::To(make) => Some(make),
            Export::Otlp(own) => Some(over_otlp(self.target(signal, own)?)),
            Export::Off | Export::ByEnvironment => None,
        })
    }

    fn spans(&self, traces: Traces) -> Result<(), TelemetryError> {
        let over_otlp = |target| -> MakeSink<_> { Box::new(move || Ok(span_sink(span_exporter(&target)?))) };
        let Some(make) = self.sink(Signal::Traces, traces.export, over_otlp)? else { return Ok(()) };
        let limits = self.limits(traces.limits, "BSP");
        let core = Arc::downgrade(self.core);
        let spans = Spans::start_export(core, traces.spans, limits, &self.resource, make);
        let spans = spans.map_err(|reason| failed(Signal::Traces, reason))?;
        self.core.spans.get_or_init(|| spans);
        Ok(())
    }

    fn logs(
        &self,
        export: Export<SdkLogRecord>,
        limits: Limits,
    ) -> Result<Option<Queue<SdkLogRecord>>, TelemetryError> {
        let over_otlp =
            |target| -> MakeSink<_> { Box::new(move || Ok(log_sink(log_exporter(&target)?, library()))) };
        let Some(make) = self.sink(Signal::Logs, export, over_otlp)? else { return Ok(None) };
        let tally = Tally::new(Signal::Logs, Arc::downgrade(self.core));
        let queue = Queue::start(self.limits(limits, "BLRP"), tally, self.resource.clone(), make);
        queue.map(Some).map_err(|reason| failed(Signal::Logs, reason))
    }

    fn push(&self, push: Option<PushMetrics>) -> Result<Option<Push>, TelemetryError> {
        let code = match &push {
            Some(push) => Export::<()>::Otlp(push.otlp.clone()),
            None => Export::ByEnvironment,
        };
        let Export::Otlp(own) = self.wish(Signal::Metrics, code) else { return Ok(None) };
        let PushMetrics { period, timeout, .. } = push.unwrap_or_else(PushMetrics::otlp);
        let period = self.env.millis("OTEL_METRIC_EXPORT_INTERVAL").unwrap_or(period);
        let timeout = self.env.millis("OTEL_METRIC_EXPORT_TIMEOUT").unwrap_or(timeout);
        let target = self.target(Signal::Metrics, own)?;
        let started = Push::start(self.core, period, timeout, &self.resource, target);
        started.map(Some).map_err(|reason| failed(Signal::Metrics, reason))
    }

    fn limits(&self, code: Limits, processor: &str) -> Limits {
        let number = |name| self.env.parse::<usize>(&format!("OTEL_{processor}_{name}"));
        let millis = |name| self.env.millis(&format!("OTEL_{processor}_{name}"));
        let capacity = number("MAX_QUEUE_SIZE").unwrap_or(code.capacity).max(1);
        Limits {
            capacity,
            batch: number("MAX_EXPORT_BATCH_SIZE").unwrap_or(code.batch).clamp(1, capacity),
            delay: millis("SCHEDULE_DELAY").unwrap_or(code.delay),
            timeout: millis("EXPORT_TIMEOUT").unwrap_or(code.timeout),
        }
    }
}

fn failed(signal: Signal, reason: String) -> TelemetryError {
    TelemetryError::Export { signal: signal.as_str(), reason }
}

impl Exports {
    #[cfg(test)]
    pub(crate) fn pushes(&self) -> bool {
        self.push.is_some()
    }

    /// Exports everything queued now. `false`: not in time.
    pub(crate) fn flush(&self, timeout: Duration) -> bool {
        let deadline = Instant::now() + timeout;
        let left = || deadline.saturating_duration_since(Instant::now());
        let spans = self.core.spans.get().is_none_or(|spans| spans.queue.flush(left()));
        let logs = self.logs.as_ref().is_none_or(|logs| logs.flush(left()));
        let metrics = self.push.as_ref().is_none_or(|push| push.flush(left()));
        spans && logs && metrics
    }

    /// Exports what is left, ends the threads, and returns by the deadline whatever the exporters do.
    pub(crate) fn close(&self, timeout: Duration) -> ShutdownReport {
        self.closed.store(true, Relaxed);
        let deadline = Instant::now() + timeout;
        // The rest of the time is for the threads to notice that theirs is up.
        let last_export = deadline - (timeout / 20).min(Duration::from_millis(100));
        let spans = self.core.spans.get().map(|spans| &spans.queue);
        spans.inspect(|queue| queue.close(last_export));
        self.logs.as_ref().inspect(|queue| queue.close(last_export));
        self.push.as_ref().inspect(|push| push.close(last_export));
        let gone = [
            spans.is_none_or(|queue| queue.wait_closed(deadline)),
            self.logs.as_ref().is_none_or(|queue| queue.wait_closed(deadline)),
            self.push.as_ref().is_none_or(|push| push.wait_closed(deadline)),
        ];
        let report = |tally: Option<&Tally>| {
            let (exported, dropped) = tally.map_or((0, 0), Tally::read);
            SignalReport { exported, dropped }
        };
        ShutdownReport {
            spans: report(spans.map(Queue::tally)),
            logs: report(self.logs.as_ref().map(Queue::tally)),
            metrics: report(self.push.as_ref().map(Push::tally)),
            deadline_passed: gone.contains(&false),
            checkpoint_lost: false,
        }
    }
}

impl Drop for Exports {
    /// What a forgotten shutdown would lose gets one second, and the rest is said.
    fn drop(&mut self) {
        if !self.closed.load(Relaxed) {
            let report = self.close(Duration::from_secs(1));
            if !report.is_complete() {
                tracing::warn!(target: "its_telemetry", %report, "dropped without a shutdown");
            }
        }
    }
}
