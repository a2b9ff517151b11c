//! Who is told of alerts.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::alert::Alert;

type Subscriber = Arc<dyn Fn(&Alert) + Send + Sync>;

/// Callbacks, the log, and a channel.
#[derive(Default)]
pub(super) struct Subscribers {
    callbacks: Vec<Subscriber>,
    #[cfg(feature = "tokio")]
    firing: tokio::sync::watch::Sender<Vec<Alert>>,
}

impl Subscribers {
    pub(super) fn add(&mut self, subscriber: Subscriber) {
        self.callbacks.push(subscriber);
    }

    #[cfg(feature = "tokio")]
    pub(super) fn watch(&self) -> tokio::sync::watch::Receiver<Vec<Alert>> {
        self.firing.subscribe()
    }

    pub(super) fn tell(&self, alert: &Alert) {
        #[cfg(feature = "tracing")]
        log(alert);
        #[cfg(feature = "tokio")]
        self.firing.send_modify(|firing| {
            let same = |other: &Alert| {
                (&other.slo, &other.tenant, &other.tier) == (&alert.slo, &alert.tenant, &alert.tier)
            };
            firing.retain(|other| !same(other));
            firing.extend(alert.firing.then(|| alert.clone()));
        });
        for callback in &self.callbacks {
            // The tick goes on, and the panic hook has said what there is to say.
            let _ = catch_unwind(AssertUnwindSafe(|| callback(alert)));
        }
    }
}

#[cfg(feature = "tracing")]
fn log(alert: &Alert) {
    let Alert { slo, tier, factor, burn_rate_long, burn_rate_short, .. } = alert;
    let (tenant, severity) = (alert.tenant.as_deref(), alert.severity.as_str());
    if alert.firing {
        tracing::warn!(
            slo,
            tenant,
            tier,
            severity,
            factor,
            burn_rate_long,
            burn_rate_short,
            "the error budget burns"
        );
    } else {
        tracing::info!(
            slo,
            tenant,
            tier,
            severity,
            burn_rate_long,
            burn_rate_short,
            "the error budget burns no more"
        );
    }
}

impl fmt::Debug for Subscribers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscribers").field("callbacks", &self.callbacks.len()).finish_non_exhaustive()
    }
}
