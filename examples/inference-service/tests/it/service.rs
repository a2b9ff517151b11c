//! Counting against the ground truth, and stopping.

use std::time::{Duration, Instant};

use its_test_support::{Process, wait_until};

use crate::support::{PATIENCE, start};

/// `ground_truth WHAT N counted M`
fn totals(service: &Process, what: &str) -> (u64, u64) {
    let lines = service.lines();
    let line =
        lines.iter().find_map(|line| line.strip_prefix(&format!("ground_truth {what} "))).expect("the line");
    let (there, counted) = line.split_once(" counted ").expect("both numbers");
    (there.parse().expect("a number"), counted.parse().expect("a number"))
}

#[test]
fn the_service_counts_what_is_there_and_stops_when_told() {
    let (mut service, page) = start(&["--cameras", "50", "--log", "off"]);
    let value = |metric: &str| {
        let body = ureq::get(format!("{page}/metrics")).call().expect("metrics").into_body().read_to_string();
        let body = body.expect("text");
        let lines = body.lines().filter(|line| line.starts_with(metric));
        lines.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok()).sum::<f64>()
    };
    for metric in ["its_inference_requests_total", "its_inference_duration_seconds_count"] {
        let before = value(metric);
        wait_until(
            PATIENCE,
            metric,
            || if value(metric) > before { Ok(()) } else { Err(format!("{before}")) },
        );
    }
    // Enough vehicles that one more or less does not decide.
    wait_until(PATIENCE, "vehicles", || match value("its_traffic_vehicles_total") {
        counted if counted >= 300.0 => Ok(()),
        counted => Err(format!("{counted} vehicles")),
    });
    let told = Instant::now();
    service.terminate();
    assert!(service.wait_for_exit(Duration::from_secs(5)).success());
    assert!(told.elapsed() < Duration::from_secs(5));
    let lines = service.lines();
    assert!(lines[lines.len() - 2].starts_with("ground_truth vehicles "), "{lines:?}");
    assert!(lines[lines.len() - 1].starts_with("ground_truth bytes "), "{lines:?}");
    let (there, counted) = totals(&service, "vehicles");
    assert!(there.abs_diff(counted) * 10 <= there, "{counted} of {there} vehicles");
    let (made, metered) = totals(&service, "bytes");
    assert_eq!(made, metered);
}

#[test]
fn faults_end_as_they_should() {
    let faults = ["slow", "error", "panic", "stall", "drop=0.3"];
    let mut arguments = vec!["--cameras", "10", "--fps", "30", "--log", "off"];
    faults.iter().for_each(|fault| arguments.extend(["--fault", fault]));
    let (mut service, page) = start(&arguments);
    wait_until(PATIENCE, "every outcome", || {
        let body = ureq::get(format!("{page}/metrics")).call().map_err(|error| error.to_string())?;
        let body = body.into_body().read_to_string().map_err(|error| error.to_string())?;
        let counted = |metric: &str, label: &str| {
            body.lines().any(|line| line.starts_with(metric) && line.contains(label) && !line.ends_with(" 0"))
        };
        for outcome in ["ok", "error", "panicked", "timeout"] {
            if !counted("its_inference_requests_total", &format!("outcome=\"{outcome}\"")) {
                return Err(format!("no {outcome}"));
            }
        }
        if counted("its_camera_frames_dropped_total", "queue_full") { Ok(()) } else { Err("no drop".into()) }
    });
    service.terminate();
    assert!(service.wait_for_exit(Duration::from_secs(5)).success());
}

#[test]
fn a_taken_port_and_a_missing_video_are_clear_errors() {
    let (_service, page) = start(&["--log", "off"]);
    let address = page.trim_start_matches("http://");
    let taken = std::process::Command::new(env!("CARGO_BIN_EXE_inference-service"))
        .args(["--admin", address])
        .output();
    let taken = taken.expect("the service runs");
    assert!(!taken.status.success());
    assert!(String::from_utf8_lossy(&taken.stderr).contains(address));
    // One lost camera does not take the others along.
    let (service, _page) = start(&["--cameras", "1", "--input", "there-is-no-such.mp4"]);
    service.wait_for_line(PATIENCE, "the lost camera", |line| {
        (line.contains("the camera is lost") && line.contains("there-is-no-such.mp4")).then_some(())
    });
}
