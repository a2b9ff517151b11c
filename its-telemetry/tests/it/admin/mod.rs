//! The admin endpoint, asked over real connections.

mod access;
mod changes;
mod health;
mod lifecycle;
mod limits;
mod metrics_page;
mod page;
mod scrapers;

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use its_telemetry::admin::AdminSettings;
use its_telemetry::testing::TestTelemetry;

/// Longer than anything here takes, so that a test fails instead of hanging.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// A telemetry whose endpoint listens on a free port.
pub fn telemetry(settings: impl FnOnce(AdminSettings) -> AdminSettings) -> TestTelemetry {
    let settings = settings(AdminSettings::default().address(([127, 0, 0, 1], 0)));
    TestTelemetry::with(|builder| builder.admin(settings).sampling_ratio(1.0))
}

pub fn address(test: &TestTelemetry) -> SocketAddr {
    test.telemetry().admin_address().expect("an endpoint")
}

pub fn connect(test: &TestTelemetry) -> TcpStream {
    let stream = TcpStream::connect(address(test)).expect("connect");
    stream.set_read_timeout(Some(DEADLINE)).expect("timeout");
    stream.set_write_timeout(Some(DEADLINE)).expect("timeout");
    stream
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub bytes: Vec<u8>,
    /// The same, where it is text.
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Sends one request and reads its answer to the end of the connection.
pub fn send(test: &TestTelemetry, head: &str, body: &str) -> Answer {
    let mut stream = connect(test);
    let head = head.trim_end();
    let length = if body.is_empty() { String::new() } else { format!("content-length: {}\r\n", body.len()) };
    let request = format!("{head}\r\nconnection: close\r\n{length}\r\n{body}");
    stream.write_all(request.as_bytes()).expect("send");
    parse(&read_all(&mut stream))
}

pub fn get(test: &TestTelemetry, path: &str) -> Answer {
    get_with(test, path, "")
}

/// `headers`: lines that end with `\r\n`.
pub fn get_with(test: &TestTelemetry, path: &str, headers: &str) -> Answer {
    send(test, &format!("GET {path} HTTP/1.1\r\nhost: {}\r\n{headers}", address(test)), "")
}

/// Everything until the other side closes, by a reset or in order.
pub fn read_all(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            panic!("not closed in time, after {} bytes", bytes.len())
        }
        _ => bytes,
    }
}

pub fn parse(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.unwrap_or_else(|| panic!("no answer: {:?}", String::from_utf8_lossy(bytes)));
    let (head, body) = (String::from_utf8_lossy(&bytes[..end]).into_owned(), &bytes[end + 4..]);
    let chunked = head.to_ascii_lowercase().contains("\r\ntransfer-encoding: chunked");
    let bytes = if chunked && !body.is_empty() { unchunked(body) } else { body.to_vec() };
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Answer {
        status: status.unwrap_or_else(|| panic!("no status: {head:?}")),
        head,
        body: String::from_utf8_lossy(&bytes).into_owned(),
        bytes,
    }
}

/// What the chunks of a body contain. A body that breaks off panics.
fn unchunked(mut body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let end = body.windows(2).position(|two| two == b"\r\n").expect("the size of a chunk");
        let size =
            std::str::from_utf8(&body[..end]).ok().and_then(|size| usize::from_str_radix(size, 16).ok());
        let size = size.expect("a hexadecimal size");
        if size == 0 {
            return bytes;
        }
        bytes.extend_from_slice(&body[end + 2..][..size]);
        body = &body[end + 2 + size + 2..];
    }
}

/// Waits until something holds; `what` says what did not.
#[track_caller]
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    its_test_support::wait_until(DEADLINE, what, || if holds() { Ok(()) } else { Err("not yet".into()) });
}

/// How much was dropped for this reason, as the endpoint says it.
pub fn dropped(test: &TestTelemetry, reason: &str) -> u64 {
    let status = get(test, "/status.json").json();
    let all = status["telemetry"]["dropped"].as_array().expect("a list").clone();
    all.iter().filter(|d| d["reason"] == reason).filter_map(|d| d["count"].as_u64()).sum()
}
