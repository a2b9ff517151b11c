//! What a real Prometheus reads.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use its_telemetry::instruments::Camera;
use its_telemetry::{Telemetry, Traces, instrument_inference, otel};
use its_test_support::{
    AcceptProxy, MetricFamily, Prometheus, Sample, Scrape, Series, child, parse_openmetrics,
    parse_text_format, promtool_check_metrics, wait_until,
};

use crate::support::short_or_full;

const PATIENCE: Duration = Duration::from_secs(60);
const LOOPBACK: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

#[instrument_inference(model = "yolo", version = "8")]
fn infer(fails: bool) -> Result<u8, String> {
    if fails { Err("asked for".into()) } else { Ok(1) }
}

type Values = BTreeMap<Vec<(String, String)>, f64>;

/// Values by name and labels, without what Prometheus adds. What describes the telemetry itself moves with each scrape.
fn ours(labels: &BTreeMap<String, String>) -> Option<Vec<(String, String)>> {
    let name = labels.get("__name__")?;
    let kept = name.starts_with("its_") && !name.starts_with("its_telemetry_");
    let own = labels.iter().filter(|(label, _)| !["instance", "job"].contains(&label.as_str()));
    kept.then(|| own.map(|(label, value)| (label.clone(), value.clone())).collect())
}

fn read_back(samples: &[Sample]) -> Values {
    samples.iter().filter_map(|sample| Some((ours(&sample.labels)?, sample.value))).collect()
}

fn exposed(families: &[MetricFamily]) -> Values {
    let samples = families.iter().flat_map(|family| &family.samples);
    samples
        .filter_map(|sample| {
            let mut labels = sample.labels.clone();
            labels.insert("__name__".into(), sample.name.clone());
            // Prometheus stores no empty labels.
            labels.retain(|_, value| !value.is_empty());
            Some((ours(&labels)?, sample.value))
        })
        .collect()
}

#[test]
fn all_formats_read_back_as_they_were_recorded() {
    let memory = otel::Memory::new();
    let telemetry = Telemetry::builder("formats")
        .ignore_environment()
        .sampling_ratio(1.0)
        .traces(Traces::exporter(memory.clone()))
        .admin_address(LOOPBACK)
        .build()
        .expect("telemetry");
    for camera in ["junction-1", "junction-2"] {
        let scope = telemetry.scope("city-17", camera).expect("scope");
        Camera::new(&scope).frame_received(14_400);
        scope.in_scope(|| (0..20).for_each(|n| assert_eq!(infer(n % 5 == 0).is_ok(), n % 5 != 0)));
    }
    let page = telemetry.render(Some("text/plain"));
    promtool_check_metrics(page.text()).expect("promtool is silent");
    let text = exposed(&parse_text_format(page.text()).expect("text"));
    let strict = telemetry.render(Some("application/openmetrics-text; version=1.0.0"));
    let strict = exposed(&parse_openmetrics(strict.text()).expect("OpenMetrics"));
    assert_eq!(text, strict);
    assert!(text.len() > 50, "{}", text.len());

    let target = telemetry.admin_address().expect("address");
    let [as_text, as_asked, as_protobuf] =
        [Some("text/plain"), None, None].map(|accept| AcceptProxy::start(target, accept));
    let jobs = [Scrape::new("text", as_text.address()), Scrape::new("openmetrics", as_asked.address())];
    let prometheus = Prometheus::start(&jobs, &["--enable-feature=exemplar-storage"]);
    let flags = ["--enable-feature=native-histograms,exemplar-storage"];
    let with_protobuf = Prometheus::start(&[Scrape::new("protobuf", as_protobuf.address())], &flags);
    for (server, job) in [(&prometheus, "text"), (&prometheus, "openmetrics"), (&with_protobuf, "protobuf")] {
        server.wait_until_targets_up(PATIENCE);
        wait_until(PATIENCE, job, || {
            let found = read_back(&server.query(&format!("{{job={job:?}}}")));
            let differs =
                |(labels, value): &(&Vec<(String, String)>, &f64)| found.get(*labels) != Some(*value);
            match text.iter().find(differs) {
                None if found.len() == text.len() => Ok(()),
                None => Err(format!("{job}: {} series instead of {}", found.len(), text.len())),
                Some((labels, value)) => {
                    Err(format!("{job}: {labels:?} is not {value}: {:?}", found.get(labels)))
                }
            }
        });
    }
    let spoken = |proxy: &AcceptProxy| proxy.exchanges()[0].content_type.clone().unwrap_or_default();
    assert!(spoken(&as_text).starts_with("text/plain"));
    assert!(spoken(&as_asked).starts_with("application/openmetrics-text"));
    assert!(spoken(&as_protobuf).starts_with("application/vnd.google.protobuf"));

    assert!(telemetry.flush(PATIENCE));
    let traces: Vec<String> =
        memory.spans().iter().map(|span| span.span_context.trace_id().to_string()).collect();
    for server in [&prometheus, &with_protobuf] {
        let exemplars = wait_until(PATIENCE, "exemplars", || {
            let found = server.exemplars("its_inference_duration_seconds_bucket");
            if found.is_empty() { Err("none".to_owned()) } else { Ok(found) }
        });
        assert!(
            exemplars.iter().all(|exemplar| traces.contains(&exemplar.labels["trace_id"])),
            "{exemplars:?}"
        );
    }
}

/// What Prometheus' `increase()` adds up, without the extrapolation to the ends of its window.
fn increase(series: &Series) -> f64 {
    let values = series.points.iter().map(|point| point.value);
    values
        .clone()
        .zip(values.skip(1))
        .map(|(before, after)| if after < before { after } else { after - before })
        .sum()
}

fn resident_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("statm");
    statm.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).expect("pages") * 4096
}

#[test]
fn tenants_and_cameras_come_and_go_and_no_increment_is_lost() {
    const NAME: &str = "prometheus::tenants_and_cameras_come_and_go_and_no_increment_is_lost";
    if !child::is_child() {
        child::run(NAME, &[]);
        return;
    }
    let identities = short_or_full(2_000, 10_000);
    let telemetry = Telemetry::builder("churn")
        .ignore_environment()
        .sampling_ratio(0.0)
        .max_tenants(100)
        .max_cameras(100)
        .idle_after(Duration::from_millis(400))
        .admin_address(LOOPBACK)
        .build()
        .expect("telemetry");
    let target = telemetry.admin_address().expect("address");
    let prometheus = Prometheus::start(&[Scrape::new("churn", target)], &[]);
    prometheus.wait_until_targets_up(PATIENCE);

    let (ok, failed, half) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let next = AtomicU64::new(0);
    std::thread::scope(|threads| {
        for _ in 0..8 {
            threads.spawn(|| {
                loop {
                    let identity = next.fetch_add(1, Relaxed);
                    if identity >= identities as u64 {
                        return;
                    }
                    if identity == identities as u64 / 2 {
                        half.store(resident_bytes(), Relaxed);
                    }
                    // Every third one comes back later.
                    let name = if identity.is_multiple_of(3) { identity / 2 } else { identity };
                    let scope =
                        telemetry.scope(&format!("tenant-{name}"), &format!("camera-{name}")).expect("scope");
                    scope.in_scope(|| {
                        for call in 0..10 {
                            let fails = (identity + call).is_multiple_of(7);
                            let count = if infer(fails).is_err() { &failed } else { &ok };
                            count.fetch_add(1, Relaxed);
                        }
                    });
                    // The pace of the load: a scrape must see the middle of it, not only its end.
                    std::thread::park_timeout(Duration::from_millis(25));
                }
            });
        }
    });
    let grown = resident_bytes().saturating_sub(half.load(Relaxed));
    assert!(grown < 16 << 20, "the second half of the identities took {grown} bytes");

    let recorded = [("ok", ok.load(Relaxed) as f64), ("error", failed.load(Relaxed) as f64)];
    let families = [
        "its_inference_requests_total",
        "its_inference_duration_seconds_count",
        "its_tenant_inference_requests_total",
        "its_camera_inference_requests_total",
    ];
    for family in families {
        for (outcome, expected) in recorded {
            wait_until(PATIENCE, family, || {
                let series = prometheus.raw_series(&format!("{family}{{outcome={outcome:?}}}[30m]"));
                let increased: f64 = series.iter().map(increase).sum();
                if increased == expected {
                    Ok(())
                } else {
                    Err(format!("{outcome}: {increased} of {expected}"))
                }
            });
        }
    }
    let cameras = prometheus.raw_series("its_camera_inference_requests_total{outcome=\"ok\"}[30m]");
    assert!(cameras.len() > 150, "places were taken again: {} cameras", cameras.len());
    let peak = prometheus
        .value("max_over_time(its_telemetry_series{metric=\"its_camera_inference_requests_total\"}[30m])");
    // A hundred of their own, those that wait for their last scrape, and one for each tenant; two outcomes each.
    assert!(peak < 1_000.0, "{peak} series at once");
}
