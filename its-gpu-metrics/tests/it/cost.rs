//! GPU seconds, energy and cost of models, tenants and cameras.

use std::time::Duration;

use its_gpu_metrics::cost::{self, Amounts, CostSettings, Ledger, NONE, OTHER, Prices, Report, Row, Work};
use its_gpu_metrics::snapshot::{Gpu, State};
use its_gpu_metrics::{Snapshot, testing};
use proptest::prelude::*;

/// GPUs that have counted nothing yet, and a clock.
struct Machine {
    snapshot: Snapshot,
}

impl Machine {
    fn new(gpus: u32) -> Self {
        let mut gpus: Vec<Gpu> = (0..gpus).map(testing::gpu).collect();
        for gpu in &mut gpus {
            (gpu.totals.busy_seconds, gpu.totals.energy_joules) = (Some(0.0), Some(0.0));
        }
        Self { snapshot: testing::snapshot(gpus) }
    }

    fn pass(&mut self, seconds: f64) {
        self.snapshot.taken += Duration::from_secs_f64(seconds);
    }

    fn count(&mut self, gpu: usize, busy: f64, joules: f64) {
        let totals = &mut self.snapshot.gpus[gpu].totals;
        *totals.busy_seconds.get_or_insert(0.0) += busy;
        *totals.energy_joules.get_or_insert(0.0) += joules;
    }

    /// What all GPUs have counted.
    fn counted(&self) -> (f64, f64) {
        let totals = self.snapshot.gpus.iter().map(|gpu| &gpu.totals);
        totals.fold((0.0, 0.0), |(busy, joules), totals| {
            (busy + totals.busy_seconds.unwrap_or(0.0), joules + totals.energy_joules.unwrap_or(0.0))
        })
    }
}

fn ledger(settings: CostSettings) -> Ledger {
    Ledger::new(settings).expect("prices")
}

fn sum<'a>(amounts: impl IntoIterator<Item = &'a Amounts>) -> (f64, f64) {
    amounts.into_iter().fold((0.0, 0.0), |(seconds, joules), amounts| {
        (seconds + amounts.gpu_seconds, joules + amounts.joules)
    })
}

fn of<'a>(rows: &'a [Row], name: &str) -> &'a Amounts {
    let found = rows.iter().find(|row| row.name == name);
    &found.unwrap_or_else(|| panic!("{name} is not in {rows:#?}")).amounts
}

#[track_caller]
fn close(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0), "{a} is not {b}");
}

/// Attributed and unattributed are what was counted, whichever way it is divided.
#[track_caller]
fn assert_conserved(report: &Report, machine: &Machine) {
    let (busy, energy) = machine.counted();
    let left = sum(report.unattributed.iter().map(|idle| &idle.amounts));
    for (rows, ended) in [&report.models, &report.tenants, &report.cameras].into_iter().zip(&report.ended) {
        let attributed = sum(rows.iter().map(|row| &row.amounts).chain([ended]));
        close(attributed.0 + left.0, busy);
        close(attributed.1 + left.1, energy);
    }
}

#[test]
fn a_simulated_hour_with_two_models_and_100_cameras() {
    let ledger = ledger(CostSettings::default().prices(Prices::new("EUR").gpu_hour("*", 3.6).kwh(0.36)));
    let mut machine = Machine::new(2);
    let cameras: Vec<String> = (0..100).map(|n| format!("camera-{n}")).collect();
    // What each did in truth: camera n works n % 7 + 1 ms a second with either model, 0.7 s a second in all.
    let (mut truth, mut by_camera) = ([0.0; 2], vec![0.0; 100]);
    for second in 0..3_600_u32 {
        let mut done = [0.0; 2];
        for (n, camera) in cameras.iter().enumerate() {
            let (model, name) = [(0, "yolo"), (1, "resnet")][n % 2];
            let busy = (n % 7 + 1) as f64 / 1_000.0 * (1.0 + f64::from(second % 5) / 10.0);
            let tenant = format!("tenant-{}", n % 10);
            ledger.record(&Work::new(name, Duration::from_secs_f64(busy)).tenant(&tenant).camera(camera));
            truth[model] += busy;
            by_camera[n] += busy;
            done[model] += busy;
        }
        machine.pass(1.0);
        // Another process keeps both GPUs busy for a twentieth of the time; they draw 60 W when idle.
        for (gpu, done) in done.into_iter().enumerate() {
            machine.count(gpu, done + 0.05, 60.0 + 400.0 * (done + 0.05));
        }
        ledger.reconcile(&machine.snapshot);
    }
    let report = ledger.report();
    assert_conserved(&report, &machine);
    let within = |a: f64, b: f64| assert!((a - b).abs() <= 0.01 * b, "{a} is not within 1 % of {b}");
    within(of(&report.models, "yolo").gpu_seconds, truth[0]);
    within(of(&report.models, "resnet").gpu_seconds, truth[1]);
    for (camera, truth) in cameras.iter().zip(&by_camera) {
        within(of(&report.cameras, camera).gpu_seconds, *truth);
    }
    let left = sum(report.unattributed.iter().map(|idle| &idle.amounts));
    within(left.0, 2.0 * 0.05 * 3_600.0);
    // A thousandth of a euro for a second, a ten-millionth for a joule.
    let yolo = of(&report.models, "yolo");
    close(yolo.gpu_cost, yolo.gpu_seconds / 1_000.0);
    close(yolo.energy_cost, yolo.joules / 1e7);
    close(
        report.cameras.iter().map(|row| row.amounts.gpu_cost).sum(),
        report.models.iter().map(|row| row.amounts.gpu_cost).sum(),
    );
}

#[test]
fn calls_that_wait_for_each_other_share_what_the_gpu_did() {
    let (ledger, mut machine) = (ledger(CostSettings::default()), Machine::new(1));
    // A batch of four cameras' frames: each waits for all of it.
    for camera in ["a", "b", "c", "d"] {
        ledger.record(&Work::new("yolo", Duration::from_secs(1)).tenant("city").camera(camera));
    }
    machine.pass(10.0);
    machine.count(0, 1.0, 300.0);
    ledger.reconcile(&machine.snapshot);
    let report = ledger.report();
    close(of(&report.cameras, "c").gpu_seconds, 0.25);
    close(of(&report.cameras, "c").joules, 75.0);
    assert_conserved(&report, &machine);
}

#[test]
fn the_parts_of_a_batch_are_the_batch() {
    let (ledger, mut machine) = (ledger(CostSettings::default()), Machine::new(1));
    let batch = Work::new("yolo", Duration::from_secs(4)).tenant("city");
    ledger.record(&batch.camera("a").share(3, 4));
    ledger.record(&batch.camera("b").share(1, 4));
    machine.pass(10.0);
    machine.count(0, 4.0, 400.0);
    ledger.reconcile(&machine.snapshot);
    let report = ledger.report();
    close(of(&report.cameras, "a").gpu_seconds, 3.0);
    close(of(&report.cameras, "b").joules, 100.0);
    close(of(&report.tenants, "city").gpu_seconds, 4.0);
}

#[test]
fn work_that_names_its_gpu_gets_that_ones_energy() {
    let (ledger, mut machine) = (ledger(CostSettings::default()), Machine::new(2));
    ledger.reconcile(&machine.snapshot);
    let second = machine.snapshot.gpus[1].info.uuid.clone();
    ledger.record(&Work::new("yolo", Duration::from_secs(2)).gpu(&second));
    ledger.record(&Work::new("resnet", Duration::from_secs(2)));
    machine.pass(10.0);
    machine.count(0, 2.0, 1_000.0);
    machine.count(1, 2.0, 100.0);
    ledger.reconcile(&machine.snapshot);
    let report = ledger.report();
    close(of(&report.models, "yolo").joules, 100.0);
    close(of(&report.models, "resnet").joules, 1_000.0);
    assert_eq!(of(&report.tenants, NONE).gpu_seconds, 4.0);
}

#[test]
fn a_gpu_that_is_lost_and_a_driver_that_is_loaded_anew_change_nothing() {
    let (ledger, mut machine) = (ledger(CostSettings::default()), Machine::new(2));
    for round in 0..20 {
        ledger.record(&Work::new("yolo", Duration::from_secs(1)).tenant("city").camera("a"));
        machine.pass(1.0);
        machine.count(0, 1.0, 100.0);
        if !(5..10).contains(&round) {
            machine.count(1, 0.5, 50.0);
        }
        let (state, generation) = if (5..10).contains(&round) { (State::Lost, 1) } else { (State::Ok, 2) };
        (machine.snapshot.gpus[1].state, machine.snapshot.gpus[1].generation) = (state, generation);
        // The driver counts from zero again; totals go on.
        for gpu in &mut machine.snapshot.gpus {
            gpu.readings.as_mut().expect("it is kept for the test").power.energy = Some(1.0);
        }
        ledger.reconcile(&machine.snapshot);
        // The same snapshot again settles nothing.
        ledger.reconcile(&machine.snapshot);
        assert_conserved(&ledger.report(), &machine);
    }
    close(of(&ledger.report().models, "yolo").gpu_seconds, 20.0);
}

#[test]
fn a_total_that_shrinks_takes_nothing_back() {
    let (ledger, mut machine) = (ledger(CostSettings::default()), Machine::new(1));
    machine.pass(1.0);
    machine.count(0, 5.0, 500.0);
    ledger.reconcile(&machine.snapshot);
    machine.pass(1.0);
    machine.count(0, -4.0, -400.0);
    ledger.reconcile(&machine.snapshot);
    assert_eq!(ledger.report().unattributed[0].amounts.gpu_seconds, 5.0);
}

#[test]
fn names_beyond_the_limit_are_the_others_until_they_use_more_than_those_with_a_place() {
    let settings = CostSettings::default().max_cameras(2).max_tenants(1);
    let (ledger, mut machine) = (ledger(settings), Machine::new(1));
    let mut round = |busy: &[(&str, u64)]| {
        for (camera, seconds) in busy {
            ledger.record(&Work::new("yolo", Duration::from_secs(*seconds)).tenant("city").camera(camera));
        }
        machine.pass(60.0);
        machine.count(0, busy.iter().map(|(_, seconds)| *seconds as f64).sum(), 600.0);
        ledger.reconcile(&machine.snapshot);
        let report = ledger.report();
        assert_conserved(&report, &machine);
        report
    };
    let report = round(&[("small", 1), ("large", 20), ("late", 10)]);
    close(of(&report.cameras, OTHER).gpu_seconds, 10.0);
    // It now has the place of the small one, which is shown until every scraper has had its last value.
    let names = |report: &Report| report.cameras.iter().map(|row| row.name.clone()).collect::<Vec<_>>();
    for _ in 0..4 {
        let report = round(&[("large", 20), ("late", 10)]);
        assert_eq!(names(&report), ["large", "late", "small", OTHER]);
        close(of(&report.cameras, "small").gpu_seconds, 1.0);
        assert_eq!(report.ended[2], Amounts::default());
    }
    let report = round(&[("large", 20), ("late", 10)]);
    assert_eq!(names(&report), ["large", "late", OTHER]);
    close(of(&report.cameras, "late").gpu_seconds, 50.0);
    close(of(&report.cameras, OTHER).gpu_seconds, 10.0);
    close(report.ended[2].gpu_seconds, 1.0);
}

#[test]
fn a_name_that_gets_its_place_back_in_time_goes_on() {
    let (ledger, mut machine) = (ledger(CostSettings::default().max_cameras(1)), Machine::new(1));
    let mut round = |camera: &str, seconds: u64| {
        // So many calls that each name is noted.
        for _ in 0..100 {
            ledger.record(&Work::new("yolo", Duration::from_millis(10 * seconds)).camera(camera));
        }
        machine.pass(60.0);
        machine.count(0, seconds as f64, 100.0);
        ledger.reconcile(&machine.snapshot);
        assert_conserved(&ledger.report(), &machine);
        ledger.report()
    };
    round("first", 1);
    round("second", 4);
    // One at a time may be leaving: nobody else gets the place, but that one may come back.
    let report = round("third", 40);
    let names = |report: &Report| report.cameras.iter().map(|row| row.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&report), ["first", "second", OTHER]);
    round("first", 100);
    let report = round("first", 10);
    assert_eq!(names(&report), ["first", "second", OTHER]);
    close(of(&report.cameras, "first").gpu_seconds, 11.0);
    assert_eq!(report.ended[2], Amounts::default());
}

#[test]
fn a_model_that_is_folded_has_its_own_price() {
    let prices = Prices::new("EUR").gpu_hour("dear", 36.0).gpu_hour("*", 3.6);
    let settings = CostSettings::default().prices(prices).max_models(0);
    let (ledger, mut machine) = (ledger(settings), Machine::new(1));
    ledger.record(&Work::new("dear", Duration::from_secs(1)));
    ledger.record(&Work::new("cheap", Duration::from_secs(1)));
    machine.pass(10.0);
    machine.count(0, 2.0, 200.0);
    ledger.reconcile(&machine.snapshot);
    close(of(&ledger.report().models, OTHER).gpu_cost, 0.011);
}

#[test]
fn without_a_gpu_there_is_no_series() {
    let (ledger, machine) = (ledger(CostSettings::default()), Machine::new(0));
    ledger.record(&Work::new("yolo", Duration::from_secs(1)));
    ledger.reconcile(&machine.snapshot);
    assert!(cost::families(&ledger.report()).is_empty());
}

#[test]
fn calls_that_end_while_it_is_settled_are_lost_nowhere() {
    let settings = CostSettings::default().max_cameras(3);
    let (ledger, mut machine) = (ledger(settings), Machine::new(1));
    std::thread::scope(|threads| {
        for thread in 0..4 {
            let ledger = &ledger;
            threads.spawn(move || {
                for n in 0..2_000_u64 {
                    let camera = format!("camera-{}", (thread + n) % 5);
                    let work = Work::new("yolo", Duration::from_millis(1)).tenant("city");
                    ledger.record(&work.camera(&camera));
                }
            });
        }
        for _ in 0..200 {
            machine.pass(0.1);
            machine.count(0, 0.2, 20.0);
            ledger.reconcile(&machine.snapshot);
            assert_conserved(&ledger.report(), &machine);
        }
    });
    // There is room for all that was reported.
    for _ in 0..2 {
        machine.pass(10.0);
        machine.count(0, 10.0, 1_000.0);
        ledger.reconcile(&machine.snapshot);
    }
    let report = ledger.report();
    assert_conserved(&report, &machine);
    let (attributed, _) = sum(report.models.iter().map(|row| &row.amounts));
    assert!(attributed <= 8.0 + 1e-9 && attributed > 0.0, "{attributed}");
}

#[test]
fn a_gpu_that_is_cut_into_parts_at_run_time_is_believed_from_then_on() {
    let (ledger, mut machine) = (ledger(CostSettings::default()), Machine::new(1));
    let round = |machine: &mut Machine, busy: f64| {
        ledger.record(&Work::new("yolo", Duration::from_secs(2)));
        machine.pass(10.0);
        machine.count(0, busy, 1_000.0);
        ledger.reconcile(&machine.snapshot);
        of(&ledger.report().models, "yolo").gpu_seconds
    };
    close(round(&mut machine, 3.0), 2.0);
    // Its total stays where it was.
    machine.snapshot.gpus[0].readings.as_mut().expect("it works").utilization.gpu = None;
    close(round(&mut machine, 0.0), 4.0);
    // One that is idle says so, and nobody is believed.
    machine.snapshot.gpus[0].readings.as_mut().expect("it works").utilization.gpu = Some(0.0);
    close(round(&mut machine, 0.0), 4.0);
}

#[test]
fn what_was_done_before_there_was_a_gpu_it_did_not_do() {
    let (ledger, mut machine) = (ledger(CostSettings::default()), Machine::new(1));
    let gpus = std::mem::take(&mut machine.snapshot.gpus);
    ledger.record(&Work::new("yolo", Duration::from_secs(5)));
    machine.pass(10.0);
    ledger.reconcile(&machine.snapshot);
    machine.snapshot.gpus = gpus;
    machine.pass(10.0);
    machine.count(0, 5.0, 500.0);
    ledger.reconcile(&machine.snapshot);
    let report = ledger.report();
    assert_conserved(&report, &machine);
    close(of(&report.models, "yolo").gpu_seconds, 0.0);
    close(report.unattributed[0].amounts.gpu_seconds, 5.0);
}

#[test]
fn what_no_gpu_counts_is_not_there() {
    let (ledger, mut machine) = (ledger(CostSettings::default()), Machine::new(1));
    let totals = &mut machine.snapshot.gpus[0].totals;
    (totals.busy_seconds, totals.energy_joules) = (None, None);
    ledger.record(&Work::new("yolo", Duration::from_secs(2)));
    machine.pass(10.0);
    ledger.reconcile(&machine.snapshot);
    let report = ledger.report();
    // It is believed to have done what was reported.
    close(of(&report.models, "yolo").gpu_seconds, 2.0);
    let families = cost::families(&report);
    let names: Vec<_> = families.iter().map(|family| family.metric.name).collect();
    let of_time = [
        "its_cost_gpu_seconds_total",
        "its_cost_tenant_gpu_seconds_total",
        "its_cost_camera_gpu_seconds_total",
    ];
    assert_eq!(names, of_time);
}

#[test]
fn a_report_has_each_metric_of_its_catalogue() {
    let prices = Prices::new("EUR").gpu_hour("*", 3.6).kwh(0.36);
    let (ledger, mut machine) = (ledger(CostSettings::default().prices(prices)), Machine::new(1));
    ledger.record(&Work::new("yolo", Duration::from_secs(2)).tenant("city").camera("a"));
    machine.pass(10.0);
    machine.count(0, 3.0, 3_000.0);
    ledger.reconcile(&machine.snapshot);
    let report = ledger.report();
    let families = cost::families(&report);
    let there: Vec<_> = families.iter().map(|family| family.metric.name).collect();
    let all: Vec<_> = cost::ALL.iter().map(|metric| metric.name).collect();
    assert_eq!(there, all);
    for family in &families {
        for sample in &family.samples {
            let names: Vec<_> = sample.labels.iter().map(|(name, _)| *name).collect();
            assert_eq!(names, family.metric.labels, "{}", family.metric.name);
        }
    }
    let [gpu, energy] = &*families[0].samples else { panic!("{families:?}") };
    assert_eq!((gpu.label("resource"), gpu.value.as_f64()), (Some("gpu"), 0.002));
    assert_eq!((energy.label("currency"), energy.label("resource")), (Some("EUR"), Some("energy")));
    close(energy.value.as_f64(), 2_000.0 / 1e7);
}

proptest! {
    /// Whatever is reported, counted and lost: the sums agree after each snapshot, and nobody gets more than they report.
    #[test]
    fn what_is_attributed_and_what_is_not_is_what_was_counted(
        rounds in proptest::collection::vec(
            (
                proptest::collection::vec((0..3_usize, 0..9_usize, 0..3_usize, 0_u64..4_000), 0..30),
                proptest::collection::vec((0.0..3.0_f64, 0.0..900.0_f64), 2),
                0.1..5.0_f64,
            ),
            1..30,
        )
    ) {
        let ledger = ledger(CostSettings::default().max_cameras(4).max_models(2));
        let mut machine = Machine::new(2);
        let mut reported = 0.0;
        for (works, counts, elapsed) in rounds {
            for (model, camera, gpu, millis) in works {
                let (model, camera) = (format!("model-{model}"), format!("camera-{camera}"));
                let uuid = machine.snapshot.gpus.get(gpu).map(|gpu| gpu.info.uuid.clone());
                let mut work = Work::new(&model, Duration::from_millis(millis)).camera(&camera);
                if let Some(uuid) = &uuid {
                    work = work.gpu(uuid);
                }
                ledger.record(&work);
                reported += millis as f64 / 1_000.0;
            }
            machine.pass(elapsed);
            for (gpu, (busy, joules)) in counts.into_iter().enumerate() {
                machine.count(gpu, busy, joules);
            }
            ledger.reconcile(&machine.snapshot);
            let report = ledger.report();
            assert_conserved(&report, &machine);
            let (attributed, _) = sum(report.models.iter().map(|row| &row.amounts).chain([&report.ended[0]]));
            prop_assert!(attributed <= reported + 1e-6, "{} of {}", attributed, reported);
        }
    }
}
