//! The standard instruments, one constant each.

use super::Instrument;
use super::buckets;
use crate::registry::MetricKind::{Counter, Gauge, Histogram, UpDownCounter};

macro_rules! catalogue {
    ($($id:ident = $kind:ident $name:literal [$unit:literal] {$($label:literal),*} $(buckets $buckets:ident)? : $help:literal;)*) => {
        $(
            pub(crate) const $id: Instrument = Instrument {
                name: $name,
                kind: $kind,
                unit: $unit,
                help: $help,
                labels: &[$($label),*],
                buckets: catalogue!(@buckets $($buckets)?),
            };
        )*
        /// Every standard instrument, in the order of the documentation.
        pub const ALL: &[Instrument] = &[$($id),*];
    };
    (@buckets) => { &[] };
    (@buckets $buckets:ident) => { buckets::$buckets };
}

catalogue! {
    INFERENCE_REQUESTS = Counter "its_inference_requests_total" [""] {"model", "model_version", "outcome"}:
        "Inference calls that ended, by how they ended.";
    INFERENCE_DURATION = Histogram "its_inference_duration_seconds" ["seconds"] {"model", "model_version", "stage", "outcome"} buckets INFERENCE:
        "Time from the start of an inference or of one of its stages to its end.";
    INFERENCE_IN_FLIGHT = UpDownCounter "its_inference_in_flight" [""] {"model", "model_version"}:
        "Inference calls that have begun and not ended.";
    INFERENCE_ERRORS = Counter "its_inference_errors_total" [""] {"model", "model_version", "error_kind"}:
        "Inference calls that failed, by kind of error.";
    INFERENCE_BATCH_SIZE = Histogram "its_inference_batch_size" [""] {"model", "model_version"} buckets BATCH_SIZE:
        "Items in one inference call.";
    INFERENCE_ITEMS = Counter "its_inference_items_total" [""] {"model", "model_version"}:
        "Items handed to a model, over all batches.";
    INFERENCE_DETECTIONS = Counter "its_inference_detections_total" [""] {"model", "class"}:
        "Objects that a model found.";
    INFERENCE_CONFIDENCE = Histogram "its_inference_confidence" [""] {"model", "model_version"} buckets CONFIDENCE:
        "Confidence of the objects that a model found, 0 to 1.";
    TENANT_REQUESTS = Counter "its_tenant_inference_requests_total" [""] {"tenant", "outcome"}:
        "Inference calls that ended, by tenant.";
    CAMERA_REQUESTS = Counter "its_camera_inference_requests_total" [""] {"tenant", "camera", "outcome"}:
        "Inference calls that ended, by camera.";

    CAMERA_UP = Gauge "its_camera_up" [""] {"tenant", "camera"}:
        "1 while frames of the camera arrive, 0 while they do not.";
    CAMERA_FRAMES_RECEIVED = Counter "its_camera_frames_received_total" [""] {"tenant", "camera"}:
        "Frames received from the camera.";
    CAMERA_FRAMES_DECODED = Counter "its_camera_frames_decoded_total" [""] {"tenant", "camera"}:
        "Frames decoded.";
    CAMERA_FRAMES_DROPPED = Counter "its_camera_frames_dropped_total" [""] {"tenant", "camera", "reason"}:
        "Frames given up before they were analysed.";
    CAMERA_RECEIVED_BYTES = Counter "its_camera_received_bytes_total" ["bytes"] {"tenant", "camera"}:
        "Bytes received from the camera.";
    CAMERA_RECONNECTS = Counter "its_camera_reconnects_total" [""] {"tenant", "camera", "reason"}:
        "Connections to the camera that had to be made again.";
    CAMERA_LAST_FRAME = Gauge "its_camera_last_frame_timestamp_seconds" ["seconds"] {"tenant", "camera"}:
        "When the last frame arrived, in seconds since the Unix epoch.";
    CAMERA_CLOCK_SKEW = Gauge "its_camera_clock_skew_seconds" ["seconds"] {"tenant", "camera"}:
        "Clock of the camera minus clock of this machine.";
    CAMERA_FRAME_AGE = Histogram "its_camera_frame_age_seconds" ["seconds"] {} buckets FRAME_AGE:
        "Age of a frame when its result is there, from its capture.";
    CAMERA_STAGE_CALLS = Counter "its_camera_stage_calls_total" [""] {"stage", "outcome"}:
        "Calls of a stage of a camera's pipeline that ended, by how they ended.";
    CAMERA_STAGE_DURATION = Histogram "its_camera_stage_duration_seconds" ["seconds"] {"stage", "outcome"} buckets INFERENCE:
        "Time that a stage of a camera's pipeline took.";
    CAMERA_STAGE_IN_FLIGHT = UpDownCounter "its_camera_stage_in_flight" [""] {"stage"}:
        "Calls of a stage of a camera's pipeline that have begun and not ended.";
    CAMERA_STAGE_ERRORS = Counter "its_camera_stage_errors_total" [""] {"stage", "error_kind"}:
        "Calls of a stage of a camera's pipeline that failed, by kind of error.";

    TRAFFIC_VEHICLES = Counter "its_traffic_vehicles_total" [""] {"tenant", "camera", "lane", "direction", "vehicle_class"}:
        "Vehicles that crossed the counting line.";
    TRAFFIC_SPEED = Histogram "its_traffic_vehicle_speed_meters_per_second" ["meters_per_second"] {} buckets SPEED:
        "Speed of the vehicles that crossed the counting line.";

    STAGE_CALLS = Counter "its_stage_calls_total" [""] {"stage", "outcome"}:
        "Calls of a stage that ended, by how they ended.";
    STAGE_DURATION = Histogram "its_stage_duration_seconds" ["seconds"] {"stage", "outcome"} buckets INFERENCE:
        "Time that a stage took.";
    STAGE_IN_FLIGHT = UpDownCounter "its_stage_in_flight" [""] {"stage"}:
        "Calls of a stage that have begun and not ended.";
    STAGE_ERRORS = Counter "its_stage_errors_total" [""] {"stage", "error_kind"}:
        "Calls of a stage that failed, by kind of error.";

    HTTP_SERVER_DURATION = Histogram "http_server_request_duration_seconds" ["seconds"] {"http_request_method", "http_route", "http_response_status_code", "outcome"} buckets HTTP:
        "Time from the headers of a request to the end of its response's body.";
    HTTP_SERVER_HEADERS = Histogram "its_http_server_headers_duration_seconds" ["seconds"] {"http_request_method", "http_route", "outcome"} buckets HTTP:
        "Time from the headers of a request to the headers of its response.";
    HTTP_SERVER_FIRST_BYTE = Histogram "its_http_server_first_byte_duration_seconds" ["seconds"] {"http_request_method", "http_route", "outcome"} buckets HTTP:
        "Time from the headers of a request to the first byte of its response's body.";
    HTTP_SERVER_ACTIVE = UpDownCounter "http_server_active_requests" [""] {"http_request_method"}:
        "Requests whose response has not ended.";
    HTTP_CLIENT_DURATION = Histogram "http_client_request_duration_seconds" ["seconds"] {"http_request_method", "server_address", "server_port", "http_response_status_code", "outcome"} buckets HTTP:
        "Time from sending a request to the end of its response's body.";
    HTTP_CLIENT_HEADERS = Histogram "its_http_client_headers_duration_seconds" ["seconds"] {"http_request_method", "server_address", "server_port", "outcome"} buckets HTTP:
        "Time from sending a request to the headers of its response.";
    HTTP_CLIENT_FIRST_BYTE = Histogram "its_http_client_first_byte_duration_seconds" ["seconds"] {"http_request_method", "server_address", "server_port", "outcome"} buckets HTTP:
        "Time from sending a request to the first byte of its response's body.";
    HTTP_CLIENT_ACTIVE = UpDownCounter "http_client_active_requests" [""] {"http_request_method", "server_address", "server_port"}:
        "Requests sent whose response has not ended.";
    RPC_SERVER_DURATION = Histogram "rpc_server_call_duration_seconds" ["seconds"] {"rpc_system_name", "rpc_method", "rpc_response_status_code", "outcome"} buckets HTTP:
        "Time from the headers of a call to its status.";
    RPC_SERVER_HEADERS = Histogram "its_rpc_server_headers_duration_seconds" ["seconds"] {"rpc_method", "outcome"} buckets HTTP:
        "Time from the headers of a call to the headers of its response.";
    RPC_SERVER_FIRST_BYTE = Histogram "its_rpc_server_first_byte_duration_seconds" ["seconds"] {"rpc_method", "outcome"} buckets HTTP:
        "Time from the headers of a call to the first byte of its first message.";
    RPC_SERVER_ACTIVE = UpDownCounter "its_rpc_server_active_calls" [""] {"rpc_method"}:
        "Calls whose response has not ended.";
    RPC_CLIENT_DURATION = Histogram "rpc_client_call_duration_seconds" ["seconds"] {"rpc_system_name", "rpc_method", "server_address", "server_port", "rpc_response_status_code", "outcome"} buckets HTTP:
        "Time from making a call to its status.";
    RPC_CLIENT_HEADERS = Histogram "its_rpc_client_headers_duration_seconds" ["seconds"] {"rpc_method", "server_address", "server_port", "outcome"} buckets HTTP:
        "Time from making a call to the headers of its response.";
    RPC_CLIENT_FIRST_BYTE = Histogram "its_rpc_client_first_byte_duration_seconds" ["seconds"] {"rpc_method", "server_address", "server_port", "outcome"} buckets HTTP:
        "Time from making a call to the first byte of its first message.";
    RPC_CLIENT_ACTIVE = UpDownCounter "its_rpc_client_active_calls" [""] {"rpc_method", "server_address", "server_port"}:
        "Calls made whose response has not ended.";

    SLO_EVENTS = Counter "its_slo_events_total" [""] {"slo", "tenant", "result"}:
        "Good and bad events of an objective.";
    SLO_SLICES = Counter "its_slo_slices_total" [""] {"slo", "tenant", "result"}:
        "Good and bad time slices of an objective that counts slices.";
    SLO_OBJECTIVE = Gauge "its_slo_objective_ratio" [""] {"slo", "tenant"}:
        "Share of events that is promised to be good.";
    SLO_BUDGET_REMAINING = Gauge "its_slo_error_budget_remaining_ratio" [""] {"slo", "tenant"}:
        "Share of the error budget that is left; negative when more was spent.";
    SLO_BURN_RATE = Gauge "its_slo_burn_rate" [""] {"slo", "tenant", "window"}:
        "How many times faster than planned the error budget was spent in the window.";
    SLO_WINDOW_EVENTS = Gauge "its_slo_window_events" [""] {"slo", "tenant", "window", "result"}:
        "Good and bad events, or time slices, in the window; add them up over processes.";
    SLO_HISTORY = Gauge "its_slo_history_seconds" ["seconds"] {"slo", "tenant"}:
        "How much of the objective's window was seen.";
    SLO_STATE = Gauge "its_slo_state" [""] {"slo", "tenant", "state"}:
        "1 for the state that the objective is in, 0 for the others.";
    SLO_ALERT_FIRING = Gauge "its_slo_alert_firing" [""] {"slo", "tenant", "tier", "severity"}:
        "1 while the alert fires in the process.";
    SLO_CHECKPOINT_FAILURES = Counter "its_slo_checkpoint_failures_total" [""] {}:
        "Checkpoints of the error budgets that could not be written.";

    SLO_DECISIONS = Counter "its_slo_decisions_total" [""] {"slo", "decision"}:
        "Requests that were turned away, or served with less effort, while the error budget burned.";

    TELEMETRY_SERIES = Gauge "its_telemetry_series" [""] {"metric"}:
        "Series of a metric in this process.";
    TELEMETRY_SERIES_LIMIT = Gauge "its_telemetry_series_limit" [""] {"label"}:
        "Values that a governed label may take before it folds into _other.";
    TELEMETRY_OVERFLOW = Counter "its_telemetry_overflow_total" [""] {"label"}:
        "Label sets that were folded into _other because the label had reached its limit.";
    TELEMETRY_EVICTED = Counter "its_telemetry_evicted_series_total" [""] {"metric"}:
        "Series that ended because nothing used them any more.";
    TELEMETRY_DROPPED = Counter "its_telemetry_dropped_total" [""] {"signal", "reason"}:
        "Telemetry that was dropped, and input that was refused.";
    TELEMETRY_BUILD = Gauge "its_telemetry_build_info" [""] {"service", "service_version", "version"}:
        "1; the labels name the service and the version of its-telemetry.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::{label_name, metric_name};
    use std::collections::HashSet;

    #[test]
    fn names_follow_the_conventions() {
        let mut names = HashSet::new();
        for instrument in ALL {
            let name = instrument.name;
            assert!(names.insert(name), "{name} is declared twice");
            assert_eq!(metric_name(name), name);
            assert_eq!(instrument.kind == Counter, name.ends_with("_total"), "{name}");
            assert!(
                name.trim_end_matches("_total").ends_with(instrument.unit),
                "{name} must end with its unit"
            );
            assert!(instrument.help.ends_with('.'), "{name}");
            assert!(
                instrument.labels.iter().all(|label| label_name(label) == *label && *label != "le"),
                "{name}"
            );
            assert_eq!(instrument.kind == Histogram, instrument.description(1).bounds.is_some(), "{name}");
        }
    }
}
