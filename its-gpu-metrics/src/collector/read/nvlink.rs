//! Links to other GPUs.

use nvml_wrapper::enum_wrappers::nv_link::ErrorCounter;

use super::of_one;
use crate::nvml::{Call, Probe, nvlink_throughput};
use crate::snapshot::NvLink;

/// NVML's limit.
const LINKS: u32 = 18;

const ERRORS: [(&str, ErrorCounter); 4] = [
    ("replay", ErrorCounter::DlReplay),
    ("recovery", ErrorCounter::DlRecovery),
    ("crc_flit", ErrorCounter::DlCrcFlit),
    ("crc_data", ErrorCounter::DlCrcData),
];

pub(in crate::collector) fn nvlinks(probe: &mut Probe<'_>) -> Vec<NvLink> {
    let mut links = Vec::new();
    for link in 0..LINKS {
        // A GPU with fewer links refuses the first that it lacks.
        let state = probe.ask(Call::NvLinkState, |device| {
            let state = device.link_wrapper_for(link).is_active();
            if link > 0 { of_one(state) } else { state.map(Some) }
        });
        let Some(Some(active)) = state else { break };
        let errors = ERRORS.iter().filter(|_| active).filter_map(|(kind, counter)| {
            let count = probe.ask(Call::NvLinkErrors, |device| {
                of_one(device.link_wrapper_for(link).error_counter(*counter))
            });
            Some((*kind, count??))
        });
        links.push(NvLink { link, active, errors: errors.collect() });
    }
    links
}

/// Bytes over all links, sent and received.
pub(in crate::collector) fn nvlink_bytes(probe: &mut Probe<'_>) -> Option<(u64, u64)> {
    let (sent, received) = probe.ask(Call::NvLinkThroughput, nvlink_throughput)?;
    Some((sent.checked_mul(1024)?, received.checked_mul(1024)?))
}
