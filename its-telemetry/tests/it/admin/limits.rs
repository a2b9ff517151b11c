//! Clients that are slow, many or wrong.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use its_telemetry::instruments::Camera;

use super::{DEADLINE, connect, dropped, get, parse, read_all, telemetry, wait_until};

const SHORT: Duration = Duration::from_millis(300);

#[test]
fn a_client_that_never_ends_its_headers_is_closed() {
    let test = telemetry(|settings| settings.header_timeout(SHORT));
    let mut silent = connect(&test);
    let mut partial = connect(&test);
    partial.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n").expect("send");
    let mut dribbling = connect(&test);
    let start = Instant::now();
    for byte in b"GET /metrics HTTP/1.1\r\naccept: text/plain\r\nx-more: ".iter().cycle() {
        // The reset comes with one of the next bytes.
        if dribbling.write_all(&[*byte]).is_err() {
            break;
        }
        assert!(start.elapsed() < DEADLINE, "still open");
        // The pace of a slow client is what is tested.
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(read_all(&mut silent).is_empty());
    assert!(read_all(&mut partial).is_empty());
    wait_until("they are counted", || dropped(&test, "slow_client") == 3);
}

#[test]
fn slow_clients_do_not_hold_a_quick_one() {
    // Nobody is closed for being slow here: the quick one is served because the slow ones give way.
    let test = telemetry(|settings| settings.max_connections(4).header_timeout(DEADLINE));
    let mut slow: Vec<TcpStream> = (0..12).map(|_| connect(&test)).collect();
    for stream in &mut slow {
        // Those that had to give way already refuse it.
        let _ = stream.write_all(b"GET / HTTP/1.1\r\n");
    }
    let start = Instant::now();
    for _ in 0..20 {
        assert_eq!(get(&test, "/healthz").status, 200);
    }
    assert!(start.elapsed() < DEADLINE / 2, "{:?}", start.elapsed());
}

#[test]
fn a_client_that_does_not_read_is_closed() {
    let test = telemetry(|settings| settings.answer_timeout(SHORT));
    let cameras: Vec<Camera> =
        (0..1_000).map(|n| Camera::new(&test.scope("tenant", &format!("camera-{n}")))).collect();
    let page = get(&test, "/status.json");
    // More than the buffers of any loopback connection hold.
    let requests = (64 << 20) / page.body.len();
    let mut stream = connect(&test);
    let request = b"GET /status.json HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let sent = (0..requests).take_while(|_| stream.write_all(request).is_ok()).count();
    assert!(sent > 0);
    wait_until("it is counted", || dropped(&test, "slow_client") == 1);
    let read = read_all(&mut stream).len();
    assert!(read < requests * page.body.len(), "all {requests} answers came");
    drop(cameras);
}

#[test]
fn heads_that_are_too_long_are_refused() {
    let test = telemetry(|settings| settings);
    let status = |request: &str| {
        let mut stream = connect(&test);
        // The answer may come before everything is sent.
        let _ = stream.write_all(request.as_bytes());
        parse(&read_all(&mut stream)).status
    };
    let long = "x".repeat(20_000);
    let target = "x".repeat(3_000);
    assert_eq!(status(&format!("GET / HTTP/1.1\r\nhost: localhost\r\nx-long: {long}\r\n\r\n")), 431);
    let many: String = (0..80).map(|n| format!("x-{n}: 1\r\n")).collect();
    assert_eq!(status(&format!("GET / HTTP/1.1\r\nhost: localhost\r\n{many}\r\n")), 431);
    assert_eq!(
        status(&format!("GET /{target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")),
        414
    );
    assert_eq!(
        status(&format!("GET /?{target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")),
        414
    );
    assert_eq!(status("\x16\x03\x01\x02\x00\x01\r\n\r\n"), 400);
    assert_eq!(get(&test, "/healthz").status, 200);
}

#[test]
fn a_connection_serves_one_request_after_another() {
    let test = telemetry(|settings| settings);
    let mut stream = connect(&test);
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").expect("send");
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").expect("send");
    let bytes = read_all(&mut stream);
    assert_eq!(String::from_utf8_lossy(&bytes).matches("\r\n\r\nok\n").count(), 2);
}
