//! What the environment makes of the code's wishes.

use super::*;
use crate::PushMetrics;
use crate::trace::export::Signal;
use crate::trace::otlp::Environment;

/// Which signals a telemetry exports.
fn exported(builder: TelemetryBuilder, variables: &'static [(&'static str, &'static str)]) -> Vec<Signal> {
    let telemetry = with(builder, variables);
    let exports = telemetry.exports();
    let traces = telemetry.core().spans.get().map(|_| Signal::Traces);
    let logs = exports.logs.as_ref().map(|_| Signal::Logs);
    let metrics = exports.pushes().then_some(Signal::Metrics);
    [traces, logs, metrics].into_iter().flatten().collect()
}

fn with(builder: TelemetryBuilder, variables: &'static [(&'static str, &'static str)]) -> Telemetry {
    let read = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
    builder.environment(Environment::of(read)).build().expect("telemetry")
}

fn plain() -> TelemetryBuilder {
    Telemetry::builder("cams")
}

fn all() -> TelemetryBuilder {
    plain().traces(Traces::otlp()).logs(Logs::default().otlp()).push_metrics(PushMetrics::otlp())
}

const ALL: [Signal; 3] = [Signal::Traces, Signal::Logs, Signal::Metrics];

#[test]
fn an_endpoint_is_enough_to_export_traces_and_logs() {
    assert_eq!(exported(plain(), &[]), []);
    let endpoint = &[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")];
    assert_eq!(exported(plain(), endpoint), ALL[..2], "metrics are scraped");
    assert_eq!(exported(plain().traces(Traces::off()), endpoint), [Signal::Logs]);
    let endpoint = &[("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://127.0.0.1:1")];
    assert_eq!(exported(plain(), endpoint), [Signal::Metrics]);
}

#[test]
fn exporters_are_switched_on_and_off() {
    assert_eq!(exported(all(), &[]), ALL);
    assert_eq!(exported(all(), &[("OTEL_SDK_DISABLED", "True")]), []);
    assert_eq!(exported(all(), &[("OTEL_TRACES_EXPORTER", "none")]), ALL[1..]);
    assert_eq!(exported(all(), &[("OTEL_METRICS_EXPORTER", "none")]), ALL[..2]);
    assert_eq!(exported(all(), &[("OTEL_LOGS_EXPORTER", "zipkin")]), ALL, "not one we have");
    let on = &[
        ("OTEL_TRACES_EXPORTER", "otlp"),
        ("OTEL_LOGS_EXPORTER", "otlp"),
        ("OTEL_METRICS_EXPORTER", "otlp"),
    ];
    assert_eq!(exported(plain().traces(Traces::off()), on), ALL);
}

#[test]
fn the_sampler_is_a_ratio() {
    for (variables, expected) in [
        (&[][..], 0.25),
        (&[("OTEL_TRACES_SAMPLER", "always_on")], 1.0),
        (&[("OTEL_TRACES_SAMPLER", "parentbased_always_off")], 0.0),
        (&[("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0.5")], 0.5),
        (&[("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")], 1.0),
        (&[("OTEL_TRACES_SAMPLER", "jaeger_remote")], 0.25),
        (&[("OTEL_TRACES_SAMPLER_ARG", "0.5")], 0.25),
    ] {
        let telemetry = with(plain().sampling_ratio(0.25), variables);
        assert_eq!(telemetry.sampling_ratio(), expected, "{variables:?}");
    }
}

#[test]
fn the_level_is_that_of_the_environment_unless_it_makes_no_sense() {
    let logs = || plain().logs(Logs::new(LogFormat::Json).level("warn"));
    assert_eq!(with(logs(), &[("RUST_LOG", "debug")]).log_level(), "debug");
    assert_eq!(with(logs(), &[("RUST_LOG", "loud=very")]).log_level(), "warn");
}
