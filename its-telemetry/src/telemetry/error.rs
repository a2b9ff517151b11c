//! Why a telemetry cannot work.

/// Why a telemetry could not be built or installed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TelemetryError {
    /// A telemetry has been installed before.
    #[error("a telemetry is already installed in this process; install one and share it, or use build()")]
    AlreadyInstalled,
    /// Another recorder of the `metrics` facade is installed.
    #[error(
        "a recorder of the metrics facade is already installed; remove it, or keep it with .backend(Backend::InstalledRecorder)"
    )]
    RecorderTaken,
    /// A signal cannot be exported.
    #[error("{signal} cannot be exported: {reason}")]
    Export {
        /// `traces`, `logs` or `metrics`.
        signal: &'static str,
        /// What is wrong, and what to write instead.
        reason: String,
    },
    /// The log level cannot be read.
    #[cfg(feature = "otlp")]
    #[error(transparent)]
    LogLevel(crate::trace::LogLevelError),
    /// Another subscriber of `tracing` is installed.
    #[error(
        "a global tracing subscriber is already installed; remove it, or keep it with keep_subscriber() and add tracing_layer() to it"
    )]
    SubscriberTaken,
    /// An objective is wrong.
    #[cfg(feature = "slo")]
    #[error(transparent)]
    Slo(#[from] its_slo::Error),
    /// The system gives no thread to keep the budgets.
    #[cfg(feature = "slo")]
    #[error("the thread that keeps the error budgets cannot be started: {0}; raise the limit of threads")]
    SloTicker(#[source] std::io::Error),
    /// The price list for GPUs is wrong.
    #[cfg(feature = "gpu")]
    #[error(transparent)]
    GpuPrices(#[from] its_gpu_metrics::cost::PriceError),
    /// The admin endpoint could not be opened.
    #[cfg(feature = "admin")]
    #[error(transparent)]
    Admin(#[from] crate::admin::AdminError),
}
