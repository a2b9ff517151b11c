//! `ok_if` and `timeout_if`: closures, functions, methods; with types left to inference.
#![deny(warnings)]

#[path = "../support.rs"]
mod support;

use its_telemetry::{instrument_camera, instrument_inference, instrument_stage};
use support::{block_on, pause};

struct Response {
    status: u16,
}

impl Response {
    fn is_success(&self) -> bool {
        self.status < 400
    }
}

fn timed_out(response: &Response) -> bool {
    response.status == 504
}

#[instrument_inference(model = "yolo", ok_if = Response::is_success, timeout_if = timed_out)]
fn paths(status: u16) -> Response {
    Response { status }
}

#[instrument_camera(stage = "decode", ok_if = Option::is_some)]
fn option(n: u8) -> Option<u8> {
    n.checked_sub(1)
}

#[instrument_stage(ok_if = |response| response.status < 500)]
async fn closure(status: u16) -> Response {
    pause().await;
    Response { status }
}

#[instrument_stage(timeout_if = |result: &Result<u8, String>| matches!(result, Err(error) if error == "late"))]
async fn only_timeout(late: bool) -> Result<u8, String> {
    if late { Err("late".to_owned()) } else { Ok(1) }
}

#[instrument_stage(ok_if = |detections| detections.len() >= least)]
fn with_an_argument(least: usize) -> Vec<u8> {
    vec![1; 3]
}

#[instrument_stage(ok_if = |_| true, timeout_if = |_| false)]
fn unit() {}

fn main() {
    for status in [200, 404, 504] {
        assert_eq!(paths(status).status, status);
        assert_eq!(block_on(closure(status)).status, status);
    }
    assert_eq!(option(1), Some(0));
    assert_eq!(option(0), None);
    assert_eq!(block_on(only_timeout(true)), Err("late".to_owned()));
    assert_eq!(block_on(only_timeout(false)), Ok(1));
    assert_eq!(with_an_argument(4).len(), 3);
    unit();
}
