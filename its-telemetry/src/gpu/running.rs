//! The collector, from the start of a telemetry to its end.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use its_gpu_metrics::cost::{CostSettings, PriceError};

use super::{GpuSettings, Gpus};
use crate::core::Settings;
use crate::shutdown::ShutdownReport;

/// How often it is looked whether there is something to settle.
const LOOK: Duration = Duration::from_secs(5);

/// The collector, if there is one.
#[derive(Debug)]
pub(crate) struct Running {
    gpus: Option<Arc<Gpus>>,
    /// Dropped, the thread that settles ends.
    settling: Mutex<Option<Sender<()>>>,
}

/// Starts to collect, and to be asked at each scrape.
pub(crate) fn open(
    mut settings: Settings,
    gpu: Option<GpuSettings>,
) -> Result<(Settings, Running), PriceError> {
    let cost = CostSettings::default().max_tenants(settings.max_tenants).max_cameras(settings.max_cameras);
    let gpus = gpu.map(|gpu| Gpus::start(gpu, cost)).transpose()?.map(Arc::new);
    if let Some(gpus) = &gpus {
        settings.sources.push(Arc::clone(gpus) as Arc<_>);
    }
    settings.gpus.clone_from(&gpus);
    let settling = Mutex::new(gpus.as_ref().and_then(|gpus| settle(gpus, LOOK)));
    Ok((settings, Running { gpus, settling }))
}

/// Settles what the GPUs counted, whether somebody scrapes or not, until the sender is dropped or the GPUs are.
fn settle(gpus: &Arc<Gpus>, look: Duration) -> Option<Sender<()>> {
    if !gpus.settle() {
        return None;
    }
    let (sender, stopped) = channel::<()>();
    let gpus = Arc::downgrade(gpus);
    let each = move || {
        while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(look) {
            let Some(gpus) = gpus.upgrade() else { return };
            gpus.settle();
        }
    };
    // Without the thread each scrape settles.
    thread::Builder::new().name("its-gpu-cost".into()).spawn(each).ok().map(|_| sender)
}

impl Running {
    /// Ends it. A thread that hangs in the driver is left to itself.
    pub(crate) fn stop(&self, mut report: ShutdownReport, patience: Duration) -> ShutdownReport {
        drop(self.settling.lock().unwrap_or_else(PoisonError::into_inner).take());
        let has_ended = self.gpus.as_ref().is_none_or(|gpus| gpus.stop(patience));
        if !has_ended && !patience.is_zero() {
            tracing::warn!("a call to the GPU driver has not returned; its thread is left to itself");
            report.deadline_passed = true;
        }
        report
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
    use std::time::Instant;

    use its_gpu_metrics::cost::Work;
    use its_gpu_metrics::testing;

    use super::super::feed::PERIOD;
    use super::*;

    #[test]
    fn it_is_settled_without_a_scrape_until_it_is_stopped() {
        let (reads, mut base) = (Arc::new(AtomicUsize::new(0)), testing::snapshot(vec![testing::gpu(0)]));
        base.taken = Instant::now();
        let read = {
            let reads = Arc::clone(&reads);
            move || {
                let mut snapshot = base.clone();
                snapshot.taken += PERIOD * u32::try_from(reads.fetch_add(1, Relaxed)).expect("few");
                snapshot.gpus[0].totals.busy_seconds =
                    Some(snapshot.taken.duration_since(base.taken).as_secs_f64());
                Arc::new(snapshot)
            }
        };
        let gpus = Gpus::start(GpuSettings::of_snapshots(read), CostSettings::default()).expect("no prices");
        let gpus = Arc::new(gpus);
        let settling = settle(&gpus, Duration::from_millis(1)).expect("a thread");
        let attributed = || gpus.attribution.as_ref().expect("attributed").ledger.report().models;
        gpus.record(&Work::new("yolo", Duration::from_secs(2)));
        its_test_support::wait_until(Duration::from_secs(20), "it is settled", || match &*attributed() {
            [row] if (row.amounts.gpu_seconds - 2.0).abs() < 1e-9 => Ok(()),
            rows => Err(format!("{rows:?}")),
        });
        drop(settling);
        its_test_support::wait_until(Duration::from_secs(20), "the thread ends", || {
            if Arc::weak_count(&gpus) == 0 { Ok(()) } else { Err(format!("{} reads", reads.load(Relaxed))) }
        });
    }
}
