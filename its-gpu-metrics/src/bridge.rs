//! Snapshots on any recorder of the `metrics` facade.
//!
//! ```no_run
//! use std::time::Duration;
//! use its_gpu_metrics::{GpuCollector, GpuMetrics, bridge::Bridge};
//!
//! let collector = GpuCollector::start(GpuMetrics::default());
//! let mut bridge = Bridge::new();
//! loop {
//!     bridge.write(&collector.snapshot());
//!     std::thread::sleep(Duration::from_secs(1));
//! }
//! ```
//!
//! The facade can do less than a scrape of the families:
//!
//! - It cannot remove a series. A gauge that a GPU no longer tells becomes NaN, and stays.
//! - Its counters are whole numbers: seconds and joules are rounded down.
//! - For the same reason `its_gpu_process_memory_bytes` is not there: each process would leave its series behind.
//! - It takes single values, no distributions: `its_gpu_call_latency_seconds` is not there.

use std::collections::HashSet;
use std::time::Instant;

use metrics::{Key, KeyName, Label, Level, Metadata, Recorder, SharedString, with_recorder};

use crate::Snapshot;
use crate::metrics::{self as families, ALL, Family, Kind, Sample};

/// Writes snapshots to a recorder. One for each recorder.
#[derive(Debug, Default)]
pub struct Bridge {
    described: bool,
    /// Gauges that have a value.
    gauges: HashSet<Key>,
}

const METADATA: Metadata<'_> = Metadata::new(module_path!(), Level::INFO, Some(module_path!()));

impl Bridge {
    /// A bridge that has written nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes to the installed recorder, or the one that is local to this thread.
    pub fn write(&mut self, snapshot: &Snapshot) {
        with_recorder(|recorder| self.write_to(recorder, snapshot, Instant::now()));
    }

    /// Writes to `recorder`. `now`: for the age of the snapshot.
    pub fn write_to(&mut self, recorder: &dyn Recorder, snapshot: &Snapshot, now: Instant) {
        if !std::mem::replace(&mut self.described, true) {
            describe(recorder);
        }
        let mut gone = std::mem::take(&mut self.gauges);
        let all = families::families(snapshot, now).into_iter();
        for family in all.filter(|family| is_bounded(family.metric)) {
            for sample in &family.samples {
                let key = key(&family, sample);
                match family.metric.kind {
                    Kind::Counter | Kind::ContinuedCounter => {
                        // A float is cut off at the ends of the range, and towards zero.
                        recorder.register_counter(&key, &METADATA).absolute(sample.value.as_f64() as u64);
                    }
                    Kind::Gauge => {
                        recorder.register_gauge(&key, &METADATA).set(sample.value.as_f64());
                        gone.remove(&key);
                        self.gauges.insert(key);
                    }
                    Kind::Histogram => {}
                }
            }
        }
        for key in gone {
            recorder.register_gauge(&key, &METADATA).set(f64::NAN);
        }
    }
}

/// Whether the series of a metric are as few as the hardware; of processes there are ever more.
fn is_bounded(metric: &families::Metric) -> bool {
    !metric.labels.contains(&"pid")
}

fn describe(recorder: &dyn Recorder) {
    for metric in ALL.iter().filter(|metric| is_bounded(metric)) {
        let (name, help) = (KeyName::from_const_str(metric.name), SharedString::const_str(metric.help));
        match metric.kind {
            Kind::Counter | Kind::ContinuedCounter => recorder.describe_counter(name, None, help),
            Kind::Gauge => recorder.describe_gauge(name, None, help),
            Kind::Histogram => {}
        }
    }
}

fn key(family: &Family<'_>, sample: &Sample<'_>) -> Key {
    let label = |(name, value): &(&'static str, std::borrow::Cow<'_, str>)| {
        Label::new(*name, value.clone().into_owned())
    };
    Key::from_parts(family.metric.name, sample.labels.iter().map(label).collect::<Vec<_>>())
}
