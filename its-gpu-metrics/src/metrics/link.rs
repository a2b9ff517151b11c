//! The bus, and links to other GPUs.

use super::Families;
use super::catalogue::{
    NVLINK_ERRORS, NVLINK_RECEIVED, NVLINK_TRANSMITTED, NVLINK_UP, PCIE_GENERATION, PCIE_GENERATION_MAX,
    PCIE_RECEIVED, PCIE_REPLAYS, PCIE_TRANSMITTED, PCIE_WIDTH, PCIE_WIDTH_MAX,
};
use super::rows::number;

pub(super) fn write(into: &mut Families<'_>) {
    into.gauge(&PCIE_TRANSMITTED, |readings| readings.pcie.transmitted_per_second);
    into.gauge(&PCIE_RECEIVED, |readings| readings.pcie.received_per_second);
    into.gauge(&PCIE_REPLAYS, |readings| readings.pcie.replays);
    into.gauge(&PCIE_GENERATION, |readings| readings.pcie.generation);
    into.gauge(&PCIE_GENERATION_MAX, |readings| readings.pcie.generation_max);
    into.gauge(&PCIE_WIDTH, |readings| readings.pcie.width);
    into.gauge(&PCIE_WIDTH_MAX, |readings| readings.pcie.width_max);
    into.gauges(&NVLINK_UP, |readings, rows| {
        for link in &readings.nvlinks {
            rows.add([("link", number(link.link))], link.active);
        }
    });
    into.gauges(&NVLINK_ERRORS, |readings, rows| {
        for link in &readings.nvlinks {
            for (kind, count) in &link.errors {
                rows.add([("link", number(link.link)), ("kind", (*kind).into())], *count);
            }
        }
    });
    into.gauge(&NVLINK_TRANSMITTED, |readings| readings.nvlink_bytes.map(|bytes| bytes.0));
    into.gauge(&NVLINK_RECEIVED, |readings| readings.nvlink_bytes.map(|bytes| bytes.1));
}
