//! Opening and closing the endpoint.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use its_telemetry::Telemetry;
use its_telemetry::admin::AdminError;
use its_telemetry::{TelemetryError, testing::TestTelemetry};

use super::{DEADLINE, address, connect, get, read_all, telemetry};

#[test]
fn without_being_asked_for_there_is_none() {
    assert_eq!(TestTelemetry::new().telemetry().admin_address(), None);
}

#[test]
fn a_taken_port_is_an_error_that_says_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("bind").local_addr();
    let listener = TcpListener::bind(taken.expect("address")).expect("bind");
    let address = listener.local_addr().expect("address");
    let error = Telemetry::builder("test").admin_address(address).build().expect_err("the port is taken");
    assert!(matches!(error, TelemetryError::Admin(AdminError::Listen { .. })), "{error:?}");
    let said = error.to_string();
    assert!(said.contains(&address.to_string()) && said.contains("ITS_ADMIN_ADDRESS"), "{said}");
}

#[test]
fn the_port_is_free_when_the_telemetry_is_gone() {
    let test = telemetry(|settings| settings);
    let address = address(&test);
    let mut idle = connect(&test);
    assert_eq!(get(&test, "/healthz").status, 200);
    drop(test);
    // Its connections are closed with it.
    assert!(read_all(&mut idle).is_empty());
    assert!(TcpStream::connect(address).is_err());
    let again = Telemetry::builder("test").admin_address(address).build().expect("the port is free");
    assert_eq!(again.admin_address(), Some(address));
}

#[test]
fn a_blocked_runtime_of_the_service_does_not_matter() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("runtime");
    runtime.block_on(async {
        let test = telemetry(|settings| settings);
        // These calls block the only thread of the runtime, inside of which the telemetry was built.
        for path in ["/healthz", "/readyz", "/metrics", "/", "/status.json"] {
            assert_eq!(get(&test, path).status, 200, "{path}");
        }
    });
}

#[test]
fn its_own_work_is_no_telemetry() {
    let test = telemetry(|settings| settings);
    test.telemetry().readiness().register("own", || Ok(()));
    for path in ["/", "/status.json", "/readyz", "/metrics", "/settings", "/nothing"] {
        get(&test, path);
    }
    assert_eq!(test.non_zero(), Vec::<String>::new());
    let status = get(&test, "/status.json").json();
    assert_eq!(status["slowest"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_shutdown_closes_the_endpoint_and_keeps_its_deadline() {
    let test = telemetry(|settings| settings);
    let address = address(&test);
    let (release, released) = channel::<()>();
    let released = Mutex::new(released);
    // Two clients that would hold it up: a check that hangs, and one that never reads.
    test.telemetry().readiness().register("database", move || {
        released.lock().map_err(|error| error.to_string())?.recv().map_err(|error| error.to_string())
    });
    let mut asking = connect(&test);
    asking.write_all(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\n\r\n").expect("send");
    let start = Instant::now();
    let _ = test.telemetry().shutdown_blocking(DEADLINE);
    assert!(start.elapsed() < DEADLINE / 2, "{:?}", start.elapsed());
    assert!(TcpStream::connect(address).is_err());
    drop(release);
    // A second one has nothing left to do.
    let _ = test.telemetry().shutdown_blocking(Duration::ZERO);
}

#[test]
fn what_was_asked_before_a_shutdown_is_answered() {
    let test = telemetry(|settings| settings);
    let mut kept = connect(&test);
    kept.write_all(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\n\r\n").expect("send");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("runtime");
    let _ = runtime.block_on(test.telemetry().shutdown(DEADLINE));
    let answer = String::from_utf8_lossy(&read_all(&mut kept)).into_owned();
    assert!(answer.starts_with("HTTP/1.1 ") && answer.contains("ready"), "{answer}");
}
