//! The relay in a process of its own, asked over plain connections so that headers go out as they are written.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::time::Duration;

use its_test_support::Process;
use serde_json::{Value, json};

use crate::recorder::{Received, Recorder};

const PATIENCE: Duration = Duration::from_secs(30);

/// The trace and the span that callers say they are in.
pub(crate) const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
pub(crate) const PARENT: &str = "b7ad6b7169203331";

#[derive(Debug)]
pub(crate) struct Relay {
    address: SocketAddr,
    pub(crate) recorder: Recorder,
    pub(crate) process: Process,
}

/// The context of one call that the relay made.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Context {
    pub(crate) trace: String,
    pub(crate) span: String,
    pub(crate) flags: String,
    /// `None` when there was no header.
    pub(crate) state: Option<String>,
    pub(crate) baggage: Option<String>,
}

impl Relay {
    pub(crate) fn start() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trace-context-relay"));
        let process = Process::spawn("trace-context-relay", command.args(["--listen", "127.0.0.1:0"]));
        let address = process
            .wait_for_line(PATIENCE, "its address", |line| line.strip_prefix("listening on ")?.parse().ok());
        Self { address, recorder: Recorder::start(), process }
    }

    /// Sends `orders` with header lines such as `traceparent: 00-..`; returns the status and the text of the answer.
    pub(crate) fn post(&self, lines: &[&str], orders: &Value) -> (u16, String) {
        let body = orders.to_string();
        let mut request = format!(
            "POST /test HTTP/1.1\r\nhost: relay\r\nconnection: close\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n",
            body.len()
        );
        lines.iter().for_each(|line| request.extend([line, "\r\n"]));
        request.extend(["\r\n", &body]);
        let mut stream = TcpStream::connect(self.address).expect("the relay listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
        let text = answer.split_once("\r\n\r\n").map(|(_, text)| text.to_owned());
        (status.unwrap_or_else(|| panic!("no status: {answer:?}")), text.unwrap_or_default())
    }

    /// Has so many calls made, and returns their requests.
    #[track_caller]
    pub(crate) fn calls(&self, lines: &[&str], number: usize) -> Vec<Received> {
        let orders: Vec<_> =
            (0..number).map(|n| json!({ "url": self.recorder.url("/"), "arguments": n })).collect();
        assert_eq!(self.post(lines, &Value::Array(orders)).0, 200, "{lines:?}");
        let received = self.recorder.take();
        assert_eq!(received.len(), number, "{lines:?}");
        received
    }

    /// The context that a request with these headers is passed on with.
    #[track_caller]
    pub(crate) fn context(&self, lines: &[&str]) -> Context {
        Context::of(&self.calls(lines, 1)[0])
    }

    /// A request with these headers stays in its caller's trace, in a span of its own.
    #[track_caller]
    pub(crate) fn continues(&self, lines: &[&str]) -> Context {
        let context = self.context(lines);
        assert_eq!(context.trace, TRACE, "{lines:?}");
        assert_ne!(context.span, PARENT, "{lines:?}");
        context
    }

    /// A request with these headers starts a trace, without anything of its caller's.
    #[track_caller]
    pub(crate) fn restarts(&self, lines: &[&str]) -> Context {
        let context = self.context(lines);
        assert!(!lines.iter().any(|line| line.contains(&context.trace)), "{lines:?}: {context:?}");
        assert_eq!(context.state, None, "{lines:?}");
        context
    }
}

impl Context {
    #[track_caller]
    pub(crate) fn of(call: &Received) -> Self {
        let [parent] = call.all("traceparent")[..] else { panic!("one traceparent: {call:?}") };
        let [version, trace, span, flags] = parent.split('-').collect::<Vec<_>>()[..] else {
            panic!("four fields: {parent}")
        };
        let is_hex = |text: &str| text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        assert_eq!((version, trace.len(), span.len(), flags.len()), ("00", 32, 16, 2), "{parent}");
        assert!(is_hex(trace) && is_hex(span) && is_hex(flags), "{parent}");
        assert!(!trace.bytes().all(|b| b == b'0') && !span.bytes().all(|b| b == b'0'), "{parent}");
        let joined = |name| {
            let lines = call.all(name);
            (!lines.is_empty()).then(|| lines.join(","))
        };
        Self {
            trace: trace.to_owned(),
            span: span.to_owned(),
            flags: flags.to_owned(),
            state: joined("tracestate"),
            baggage: joined("baggage"),
        }
    }
}
