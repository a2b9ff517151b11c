//! How busy the engines are.

use super::ratio;
use crate::nvml::{Call, Probe, jpeg_utilization, optical_flow_utilization};
use crate::snapshot::Utilization;

pub(in crate::collector) fn utilization(probe: &mut Probe<'_>) -> Utilization {
    let rates = probe.ask(Call::Utilization, |device| device.utilization_rates());
    let encoder = probe.ask(Call::Encoder, |device| device.encoder_utilization());
    let decoder = probe.ask(Call::Decoder, |device| device.decoder_utilization());
    let jpeg = probe.ask(Call::Jpeg, jpeg_utilization);
    let optical_flow = probe.ask(Call::OpticalFlow, optical_flow_utilization);
    Utilization {
        gpu: rates.as_ref().and_then(|rates| ratio(probe, Call::Utilization, rates.gpu)),
        memory: rates.as_ref().and_then(|rates| ratio(probe, Call::Utilization, rates.memory)),
        encoder: encoder.and_then(|engine| ratio(probe, Call::Encoder, engine.utilization)),
        decoder: decoder.and_then(|engine| ratio(probe, Call::Decoder, engine.utilization)),
        jpeg: jpeg.and_then(|percent| ratio(probe, Call::Jpeg, percent)),
        optical_flow: optical_flow.and_then(|percent| ratio(probe, Call::OpticalFlow, percent)),
    }
}
