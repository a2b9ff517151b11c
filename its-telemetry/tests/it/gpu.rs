//! GPUs at `/metrics` and on the status page.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use its_telemetry::admin::AdminSettings;
use its_telemetry::gpu::cost::{CostSettings, Prices, Work};
use its_telemetry::gpu::snapshot::{Gpu, State, Unavailable};
use its_telemetry::gpu::{GpuMetrics, GpuSettings, Snapshot};
use its_telemetry::testing::{TestClock, TestTelemetry};
use its_telemetry::{Telemetry, instrument_inference};

use crate::admin::get;
use crate::support::allocator::measure;
use crate::support::page::{self, about};

const FIRST: &str = "GPU-00000000-0000-0000-0000-000000000000";
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0";

/// GPUs that a test changes.
#[derive(Clone)]
struct Made(Arc<Mutex<Arc<Snapshot>>>);

impl Made {
    fn new(gpus: Vec<Gpu>) -> Self {
        Self(Arc::new(Mutex::new(Arc::new(its_gpu_metrics::testing::snapshot(gpus)))))
    }

    fn settings(&self) -> GpuSettings {
        let made = self.clone();
        GpuSettings::of_snapshots(move || Arc::clone(&made.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    fn change(&self, change: impl FnOnce(&mut Snapshot)) {
        change(Arc::make_mut(&mut self.0.lock().expect("no test panics with it")));
    }
}

fn lose(gpu: &mut Gpu) {
    gpu.state = State::Lost;
    gpu.readings = None;
    gpu.totals.losses += 1;
}

fn gpus(count: u32) -> Vec<Gpu> {
    (0..count).map(its_gpu_metrics::testing::gpu).collect()
}

fn telemetry(settings: GpuSettings) -> TestTelemetry {
    let admin = AdminSettings::default().address(([127, 0, 0, 1], 0));
    TestTelemetry::with(|builder| builder.gpu(settings).admin(admin))
}

fn rendered(test: &TestTelemetry, accept: Option<&str>) -> String {
    test.telemetry().render(accept).text().to_owned()
}

#[test]
fn gauges_of_a_lost_gpu_end_and_its_totals_and_the_others_stay() {
    let made = Made::new(gpus(2));
    let test = telemetry(made.settings());
    let of_first = |name: &str| {
        let lines = page::parse(&rendered(&test, None));
        let of_first =
            page::of(&lines, name).into_iter().filter(|line| line.labels["hw_id"] == FIRST).count();
        (of_first, page::of(&lines, name).len() - of_first)
    };
    assert_eq!((of_first("hw_power_watts"), of_first("its_gpu_busy_seconds_total")), ((1, 1), (1, 1)));
    made.change(|snapshot| lose(&mut snapshot.gpus[0]));
    assert_eq!((of_first("hw_power_watts"), of_first("its_gpu_busy_seconds_total")), ((0, 1), (1, 1)));
    assert_eq!(of_first("its_gpu_state"), (State::ALL.len(), State::ALL.len()));
}

#[test]
fn a_family_has_its_type_unit_and_values() {
    let test = telemetry(Made::new(gpus(1)).settings());
    let text = rendered(&test, Some(OPEN_METRICS));
    let expected = format!(
        "# HELP hw_energy_joules Energy used since the collector started.\n\
         # TYPE hw_energy_joules counter\n\
         # UNIT hw_energy_joules joules\n\
         hw_energy_joules_total{{hw_id=\"{FIRST}\",hw_type=\"gpu\"}} 41250.5\n"
    );
    assert_eq!(about(&text, "hw_energy_joules"), expected);
    let latency = about(&text, "its_gpu_call_latency_seconds");
    let bucket = "its_gpu_call_latency_seconds_bucket{call=\"nvmlDeviceGetPowerUsage\",le=\"0.0001\"} 120\n";
    assert!(latency.contains(bucket), "{latency}");
}

#[test]
fn what_a_device_counted_before_the_process_is_no_increase() {
    let made = Made::new(vec![]);
    let test = telemetry(made.settings());
    rendered(&test, None);
    made.change(|snapshot| snapshot.gpus = gpus(1));
    let lines = page::parse(&rendered(&test, None));
    let value = |name: &str| page::of(&lines, name)[0].value;
    // Ours is shown at zero first, the driver's is not.
    assert_eq!(value("its_gpu_busy_seconds_total"), 0.0);
    assert_eq!(value("its_gpu_pcie_replays_total"), 4.0);
}

#[instrument_inference(model = "yolo")]
fn whole(clock: &TestClock, millis: u64) {
    clock.advance(Duration::from_millis(millis));
}

#[instrument_inference(model = "resnet")]
fn staged(clock: &TestClock, millis: u64) {
    clock.advance(Duration::from_millis(400));
    infer(clock, millis);
}

#[instrument_inference(model = "resnet", stage = "infer")]
fn infer(clock: &TestClock, millis: u64) {
    clock.advance(Duration::from_millis(millis));
}

#[test]
fn calls_of_models_are_what_the_gpus_worked_for() {
    let made = Made::new(gpus(1));
    made.change(|snapshot| {
        let totals = &mut snapshot.gpus[0].totals;
        (totals.busy_seconds, totals.energy_joules) = (Some(0.0), Some(0.0));
    });
    let prices = Prices::new("EUR").gpu_hour("*", 3.6);
    let test = telemetry(made.settings().cost(CostSettings::default().prices(prices)));
    rendered(&test, None);
    test.scope("city", "junction").in_scope(|| {
        (0..10).for_each(|_| whole(test.clock(), 100));
        // The stage alone counts.
        (0..5).for_each(|_| staged(test.clock(), 200));
    });
    made.change(|snapshot| {
        snapshot.taken += Duration::from_secs(10);
        let totals = &mut snapshot.gpus[0].totals;
        (totals.busy_seconds, totals.energy_joules) = (Some(4.0), Some(800.0));
    });
    // What is new is shown at zero first.
    rendered(&test, None);
    let lines = page::parse(&rendered(&test, None));
    let value = |name: &str, label: &str, is: &str| {
        let found = page::of(&lines, name).into_iter().find(|line| line.labels[label] == is);
        found.unwrap_or_else(|| panic!("{name} of {is}")).value
    };
    for (name, label, is, expected) in [
        ("its_cost_gpu_seconds_total", "model", "yolo", 1.0),
        ("its_cost_gpu_seconds_total", "model", "resnet", 1.0),
        ("its_cost_energy_joules_total", "model", "resnet", 200.0),
        ("its_cost_tenant_total", "resource", "gpu", 0.002),
        ("its_cost_tenant_gpu_seconds_total", "tenant", "city", 2.0),
        ("its_cost_camera_gpu_seconds_total", "camera", "junction", 2.0),
        ("its_cost_unattributed_gpu_seconds_total", "hw_id", FIRST, 2.0),
    ] {
        let value = value(name, label, is);
        assert!((value - expected).abs() < 1e-9, "{name} of {is} is {value}, not {expected}");
    }
}

#[test]
fn a_call_that_counts_as_work_of_a_gpu_allocates_nothing() {
    let settings = Made::new(gpus(1)).settings();
    let test = TestTelemetry::with(|builder| builder.gpu(settings).sampling_ratio(0.0));
    test.scope("city", "junction").in_scope(|| {
        (0..100).for_each(|_| staged(test.clock(), 1));
        let ((), count, _) = measure(|| (0..1_000).for_each(|_| staged(test.clock(), 1)));
        assert_eq!(count, 0, "allocations in 2,000 calls");
    });
}

#[test]
fn with_many_cameras_a_call_allocates_nothing_and_each_has_its_series() {
    let cameras: Vec<_> = (0..200).map(|n| format!("camera-{n}")).collect();
    // By default as many as the telemetry has; else the others wait for a place.
    for (settings, own) in [(None, 200), (Some(CostSettings::default().max_cameras(120)), 120)] {
        let made = Made::new(gpus(1));
        let gpu = settings.into_iter().fold(made.settings(), GpuSettings::cost);
        let test = TestTelemetry::with(|builder| builder.gpu(gpu).sampling_ratio(0.0));
        let scopes: Vec<_> = cameras.iter().map(|camera| test.scope("city", camera)).collect();
        let calls = || scopes.iter().for_each(|scope| scope.in_scope(|| whole(test.clock(), 1)));
        (0..100).for_each(|_| calls());
        let ((), count, _) = measure(|| (0..20).for_each(|_| calls()));
        assert_eq!(count, 0, "allocations in 4,000 calls with {own} places");
        made.change(|snapshot| snapshot.taken += Duration::from_secs(60));
        let lines = page::parse(&rendered(&test, None));
        let named = page::of(&lines, "its_cost_camera_gpu_seconds_total");
        assert_eq!(named.iter().filter(|line| !line.labels["camera"].starts_with('_')).count(), own);
    }
}

/// Numbers that look like noise, from -1 to 1.
fn noise(n: u64) -> f64 {
    let bits = (n + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((bits ^ (bits >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}

#[test]
fn in_an_hour_with_two_models_and_100_cameras_the_sums_are_what_the_gpus_counted() {
    let made = Made::new(gpus(2));
    made.change(|snapshot| {
        for gpu in &mut snapshot.gpus {
            (gpu.totals.busy_seconds, gpu.totals.energy_joules) = (Some(0.0), Some(0.0));
        }
    });
    let test = TestTelemetry::with(|builder| builder.gpu(made.settings()).sampling_ratio(0.0));
    let scopes: Vec<_> =
        (0..100).map(|n| test.scope(&format!("tenant-{}", n % 10), &format!("camera-{n}"))).collect();
    let (mut truth, mut next_scrape) = ([0_u64; 2], 7.3);
    rendered(&test, None);
    for second in 0..3_600_u64 {
        let mut done = [0_u64; 2];
        for (n, scope) in scopes.iter().enumerate() {
            let millis = 2 + (n as u64 + second) % 9;
            scope.in_scope(|| {
                if n % 2 == 0 { whole(test.clock(), millis) } else { infer(test.clock(), millis) }
            });
            done[n % 2] += millis;
        }
        truth = [truth[0] + done[0], truth[1] + done[1]];
        // The driver samples: each second is a few percent off. Somebody else uses the GPUs too.
        made.change(|snapshot| {
            snapshot.taken += Duration::from_secs(1);
            for (place, (gpu, done)) in snapshot.gpus.iter_mut().zip(done).enumerate() {
                let busy = (done as f64 / 1_000.0) * (1.0 + 0.05 * noise(2 * second + place as u64)) + 0.1;
                *gpu.totals.busy_seconds.get_or_insert(0.0) += busy;
                *gpu.totals.energy_joules.get_or_insert(0.0) += 60.0 + 400.0 * busy + 5.0 * noise(second);
            }
        });
        // Scrapes that nothing aligns with the snapshots that are settled.
        if second as f64 > next_scrape {
            next_scrape += 14.7 + 9.0 * noise(second);
            rendered(&test, None);
        }
    }
    let lines = page::parse(&rendered(&test, None));
    let sum = |name: &str| page::of(&lines, name).iter().map(|line| line.value).sum::<f64>();
    let within = |a: f64, b: f64, what: &str| {
        assert!((a - b).abs() <= 0.01 * b, "{what}: {a} is not within 1 % of {b}")
    };
    for (unit, counted) in
        [("gpu_seconds", "its_gpu_busy_seconds_total"), ("energy_joules", "hw_energy_joules_total")]
    {
        let left = sum(&format!("its_cost_unattributed_{unit}_total"));
        for by in ["", "tenant_", "camera_"] {
            let attributed = sum(&format!("its_cost_{by}{unit}_total"));
            within(attributed + left, sum(counted), &format!("{by}{unit}"));
        }
    }
    for (model, millis) in ["yolo", "resnet"].into_iter().zip(truth) {
        let seconds = page::of(&lines, "its_cost_gpu_seconds_total");
        let of_model = seconds.iter().find(|line| line.labels["model"] == model).expect("a series").value;
        within(of_model, millis as f64 / 1_000.0, model);
    }
    assert_eq!(page::of(&lines, "its_cost_camera_gpu_seconds_total").len(), 100);
}

#[test]
fn a_batch_is_shared_over_its_cameras_on_the_gpu_that_is_named() {
    let made = Made::new(gpus(2));
    made.change(|snapshot| {
        for gpu in &mut snapshot.gpus {
            (gpu.totals.busy_seconds, gpu.totals.energy_joules) = (Some(0.0), Some(0.0));
        }
    });
    let test = telemetry(made.settings().attribute_calls(false));
    rendered(&test, None);
    // It would be attributed if it were not turned off.
    test.scope("city", "junction").in_scope(|| whole(test.clock(), 1_000));
    let batch = Work::new("yolo", Duration::from_secs(4)).gpu(FIRST).tenant("city");
    for (camera, items) in [("a", 3), ("b", 1)] {
        test.telemetry().record_gpu_work(&batch.camera(camera).share(items, 4));
    }
    made.change(|snapshot| {
        snapshot.taken += Duration::from_secs(10);
        for (gpu, joules) in snapshot.gpus.iter_mut().zip([400.0, 9_000.0]) {
            (gpu.totals.busy_seconds, gpu.totals.energy_joules) = (Some(4.0), Some(joules));
        }
    });
    rendered(&test, None);
    let lines = page::parse(&rendered(&test, None));
    let joules = page::of(&lines, "its_cost_camera_energy_joules_total");
    let joules: Vec<_> = joules.iter().map(|line| (&*line.labels["camera"], line.value)).collect();
    assert_eq!(joules, [("a", 300.0), ("b", 100.0)]);
}

#[test]
fn a_wrong_price_is_an_error_at_the_start() {
    let settings = Made::new(vec![]).settings();
    let prices = CostSettings::default().prices(Prices::new("EUR").kwh(f64::NAN));
    let error = Telemetry::builder("test").ignore_environment().gpu(settings.cost(prices)).build();
    assert!(error.is_err_and(|error| error.to_string().contains("the price for kWh is NaN")));
}

#[test]
fn dcgms_names_are_the_same_in_each_format() {
    let test = telemetry(Made::new(gpus(1)).settings().dcgm_names(true));
    for (accept, kind) in [(None, "counter"), (Some(OPEN_METRICS), "unknown")] {
        let text = rendered(&test, accept);
        let energy = about(&text, "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION");
        let (head, sample) = energy.trim_end().rsplit_once('\n').expect("two lines");
        assert!(head.ends_with(&format!("# TYPE DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION {kind}")), "{head}");
        assert!(
            sample.starts_with("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{DCGM_FI_DRIVER_VERSION="),
            "{sample}"
        );
        assert!(sample.ends_with("} 1234567500"), "{sample}");
    }
    assert!(!rendered(&telemetry(Made::new(gpus(1)).settings()), None).contains("DCGM_FI"));
}

#[test]
fn the_status_page_and_its_twin_show_each_gpu() {
    let made = Made::new(gpus(3));
    made.change(|snapshot| {
        lose(&mut snapshot.gpus[1]);
        snapshot.gpus[2].readings.as_mut().expect("it works").throttle_bits = Some(0x1);
    });
    let test = telemetry(made.settings());
    let status = get(&test, "/status.json").json();
    let gpus = &status["gpus"];
    assert_eq!((&gpus["collected"], &gpus["unavailable"]), (&true.into(), &serde_json::Value::Null));
    let [ok, lost, idle] = [0, 1, 2].map(|n| &gpus["list"][n]);
    assert_eq!(
        (&ok["state"], &ok["utilization"], &ok["power_watts"]),
        (&"ok".into(), &0.75.into(), &412.5.into())
    );
    assert_eq!(ok["throttled"], serde_json::json!(["software_power_cap"]));
    assert_eq!((&lost["state"], &lost["utilization"]), (&"lost".into(), &serde_json::Value::Null));
    assert_eq!((&lost["losses"], &lost["last_xid"]), (&1.into(), &63.into()));
    assert_eq!(idle["throttled"], serde_json::json!([]));
    let page = get(&test, "/").body;
    for text in
        ["20.0\u{a0}/\u{a0}80.0\u{a0}GiB", "412\u{a0}/\u{a0}700\u{a0}W", "54\u{a0}°C", "software power cap"]
    {
        assert!(page.contains(text), "{text:?} is not in {page}");
    }
}

#[test]
fn a_page_without_gpus_says_why() {
    let admin = AdminSettings::default().address(([127, 0, 0, 1], 0));
    let none = TestTelemetry::with(|builder| builder.admin(admin));
    assert!(get(&none, "/").body.contains("gpu(GpuMetrics::default())"));
    let made = Made::new(vec![]);
    let test = telemetry(made.settings());
    made.change(|snapshot| snapshot.collector.unavailable = Some(Unavailable::LibraryNotFound));
    assert!(get(&test, "/").body.contains("libnvidia-ml.so.1"));
    assert_eq!(get(&test, "/status.json").json()["gpus"]["unavailable"], "library_not_found");
    let text = rendered(&test, None);
    assert!(text.contains("its_gpu_collector_up 0\n"), "{text}");
    assert!(text.contains("its_gpu_collector_unavailable{reason=\"library_not_found\"} 1\n"), "{text}");
}

#[test]
fn the_collector_ends_with_the_telemetry() {
    let settings = GpuMetrics::default().library("/nowhere/libnvidia-ml.so.1");
    let telemetry = Telemetry::builder("test").ignore_environment().gpu(settings).build().expect("telemetry");
    assert!(telemetry.gpus().is_some_and(|snapshot| snapshot.collector.unavailable.is_some()));
    let report = telemetry.shutdown_blocking(Duration::from_secs(10));
    assert!(!report.deadline_passed, "{report}");
}

#[test]
fn a_page_of_gpus_alone_begins_with_them() {
    let test = telemetry(Made::new(gpus(1)).settings());
    let alone = get(&test, "/").body;
    assert!(alone.contains("id=\"gpus\"") && alone.contains("id=\"telemetry\""), "{alone}");
    assert!(!alone.contains("Inferences") && !alone.contains("id=\"models\""), "{alone}");
    test.scope("city", "junction").in_scope(|| whole(test.clock(), 100));
    test.clock().advance(Duration::from_secs(60));
    let both = get(&test, "/").body;
    assert!(both.contains("Inferences") && both.contains("id=\"models\""), "{both}");
}

/// Pictures go to the folder `ITS_SCREENSHOTS`, if it is set.
#[test]
fn the_table_fits_a_screen_and_a_phone() {
    let made = Made::new(gpus(4));
    made.change(|snapshot| {
        lose(&mut snapshot.gpus[1]);
        snapshot.gpus[3].state = State::ResetRequired;
        snapshot.gpus[3].readings = None;
    });
    let test = telemetry(made.settings());
    let address = test.telemetry().admin_address().expect("an endpoint");
    let browser = its_test_support::Browser::start();
    browser.open(&format!("http://{address}/"));
    if let Some(folder) = std::env::var_os("ITS_SCREENSHOTS") {
        browser.set_viewport(1280, 800);
        browser.screenshot_full_page(&std::path::Path::new(&folder).join("gpus-alone.png"));
    }
    test.scope("city", "junction").in_scope(|| whole(test.clock(), 100));
    browser.open(&format!("http://{address}/#gpus"));
    for (width, height, name) in [(1280, 800, "gpus.png"), (390, 844, "gpus-phone.png")] {
        browser.set_viewport(width, height);
        let overflow = browser.run("return document.documentElement.scrollWidth - window.innerWidth", &[]);
        assert!(
            overflow.as_i64().is_some_and(|pixels| pixels <= 0),
            "{overflow} pixels too wide for {width}"
        );
        if let Some(folder) = std::env::var_os("ITS_SCREENSHOTS") {
            browser.screenshot_full_page(&std::path::Path::new(&folder).join(name));
        }
    }
    assert!(browser.text().contains("needs a reset"), "{}", browser.text());
}
