//! An exporter that keeps everything, also after a shutdown, which empties that of the SDK.

use std::sync::{Arc, Mutex, PoisonError};

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogBatch, LogExporter, SdkLogRecord};
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

/// Keeps what is exported, for tests. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Memory(Arc<Kept>);

#[derive(Debug, Default)]
struct Kept {
    spans: Mutex<Vec<SpanData>>,
    logs: Mutex<Vec<SdkLogRecord>>,
    resource: Mutex<Option<Resource>>,
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Memory {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// The spans so far, in the order of their ends.
    pub fn spans(&self) -> Vec<SpanData> {
        locked(&self.0.spans).clone()
    }

    /// The log records so far.
    pub fn logs(&self) -> Vec<SdkLogRecord> {
        locked(&self.0.logs).clone()
    }

    /// What they belong to.
    pub fn resource(&self) -> Option<Resource> {
        locked(&self.0.resource).clone()
    }
}

impl SpanExporter for Memory {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        locked(&self.0.spans).extend(batch);
        Ok(())
    }

    fn set_resource(&mut self, resource: &Resource) {
        *locked(&self.0.resource) = Some(resource.clone());
    }
}

impl LogExporter for Memory {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        locked(&self.0.logs).extend(batch.iter().map(|(record, _)| record.clone()));
        Ok(())
    }

    fn set_resource(&mut self, resource: &Resource) {
        *locked(&self.0.resource) = Some(resource.clone());
    }
}
