//! Metrics of the GPUs of this machine, read at each scrape.
//!
//! A collector of its own thread flows in, [`its_gpu_metrics`], which is re-exported here; series of each GPU flow out at
//! `/metrics`, over OTLP and on the status page. A GPU that is lost loses its gauges and keeps its totals, and a driver
//! that hangs holds up no scrape.
//!
//! ```
//! use its_telemetry::Telemetry;
//! use its_telemetry::gpu::{GpuMetrics, GpuSettings};
//!
//! let telemetry = Telemetry::builder("inference-service")
//!     .gpu(GpuSettings::from(GpuMetrics::default()).dcgm_names(true))
//!     .build()?;
//! let gpus = telemetry.gpus().expect("they were asked for");
//! println!("{} GPUs, unavailable: {:?}", gpus.gpus.len(), gpus.collector.unavailable);
//! # Ok::<(), its_telemetry::TelemetryError>(())
//! ```
//!
//! # Who used them
//!
//! Each call of a model is reported with its tenant and its camera to a [`cost::Ledger`], which divides every ten
//! seconds or so what the GPUs counted since the last time, whoever scrapes; see [`cost`] for the arithmetic. Of a model
//! whose stage `infer` is measured
//! (`#[instrument_inference(model = "..", stage = "infer")]`) the time of that stage counts, of another one the time of
//! the whole call. A call of a batch is one call: its time is that of all its items. Calls that wait for one another
//! report more time than the GPU worked, and share what it did.
//!
//! # Batches
//!
//! Who puts frames of several cameras into one batch, or knows on which GPU it ran, reports it himself:
//! [`attribute_calls(false)`](GpuSettings::attribute_calls) leaves out what instrumented calls would report, and
//! [`Telemetry::record_gpu_work`](crate::Telemetry::record_gpu_work) takes the part of each camera.
//!
//! ```
//! use std::time::Instant;
//! use its_telemetry::Telemetry;
//! use its_telemetry::gpu::{GpuMetrics, GpuSettings, cost::Work};
//!
//! struct Frame { tenant: String, camera: String }
//!
//! /// Runs frames of any cameras as one batch on the GPU with this UUID.
//! fn run_batch(telemetry: &Telemetry, gpu: &str, frames: &[Frame]) {
//!     let start = Instant::now();
//!     // .. the model runs here ..
//!     let batch = Work::new("yolo-v8", start.elapsed()).gpu(gpu);
//!     for frame in frames {
//!         let part = batch.tenant(&frame.tenant).camera(&frame.camera).share(1, frames.len() as u32);
//!         telemetry.record_gpu_work(&part);
//!     }
//! }
//!
//! let gpus = GpuSettings::from(GpuMetrics::default()).attribute_calls(false);
//! let telemetry = Telemetry::builder("inference-service").gpu(gpus).build()?;
//! let frame = |camera: &str| Frame { tenant: "city-17".into(), camera: camera.into() };
//! run_batch(&telemetry, "GPU-8f5c", &[frame("junction-4"), frame("junction-5")]);
//! # Ok::<(), its_telemetry::TelemetryError>(())
//! ```

mod collect;
mod feed;
mod running;
mod settings;
mod source;

pub use its_gpu_metrics::*;

pub(crate) use feed::Feed;
pub(crate) use running::{Running, open};
pub use settings::GpuSettings;
pub(crate) use source::Gpus;
