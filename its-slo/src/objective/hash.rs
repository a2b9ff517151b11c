//! Which counts may be compared with which.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Budgeting, Indicator, Slo};

/// A fingerprint of what the counts of an objective mean: the first 128 bits of a SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DefinitionHash([u8; 16]);

impl DefinitionHash {
    pub(super) fn of(slo: &Slo) -> Self {
        let indicator = match &slo.indicator {
            Indicator::Latency { threshold } => format!("latency {}", threshold.as_nanos()),
            Indicator::Freshness { max_age } => format!("freshness {}", max_age.as_nanos()),
            Indicator::Throughput { min_per_second } => format!("throughput {min_per_second}"),
            Indicator::Queries(queries) => format!("{queries:?}"),
            other => other.as_str().to_owned(),
        };
        let budgeting = match &slo.budgeting {
            Budgeting::Timeslices { slice, target } => format!("Timeslices {} {target}", slice.as_secs()),
            other => other.as_str().to_owned(),
        };
        let tenants = if slo.per_tenant.is_some() { "per tenant" } else { "together" };
        let text = [&slo.name, &indicator, &budgeting, tenants]
            .map(|part| format!("{}:{part}", part.len()))
            .concat();
        let digest = Sha256::digest(text);
        let mut hash = [0; 16];
        hash.copy_from_slice(&digest[..16]);
        Self(hash)
    }
}

impl fmt::Display for DefinitionHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for DefinitionHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
