//! What the relay is told, and what it answers.

use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use crate::relay::Relay;

#[test]
fn all_are_called_in_their_order_with_their_arguments() {
    let mut relay = Relay::start();
    let url = |path: &str| relay.recorder.url(path);
    let orders = json!([
        { "url": url("/first"), "arguments": [{ "url": "nested", "arguments": [] }] },
        { "url": url("/second"), "arguments": { "a": 1.5 } },
        { "url": url("/third") },
    ]);
    assert_eq!(relay.post(&[], &orders).0, 200);
    let calls: Vec<_> = relay.recorder.take().into_iter().map(|call| (call.path, call.body)).collect();
    let expected = [
        ("/first".to_owned(), json!([{ "url": "nested", "arguments": [] }])),
        ("/second".to_owned(), json!({ "a": 1.5 })),
        ("/third".to_owned(), Value::Null),
    ];
    assert_eq!(calls, expected);
    assert_eq!(relay.post(&[], &json!([])).0, 200);
    relay.process.terminate();
    assert!(relay.process.wait_for_exit(Duration::from_secs(10)).success());
}

/// An answer is an answer, whatever its status.
#[test]
fn who_cannot_be_called_is_named() {
    let relay = Relay::start();
    let url = |path: &str| relay.recorder.url(path);
    assert_eq!(relay.post(&[], &json!([{ "url": url("/status/503") }, { "url": url("/") }])).0, 200);
    assert_eq!(relay.recorder.take().len(), 2);
    let closed = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let absent = format!("http://{closed}/");
    for bad in [absent.as_str(), "no url", "ftp://127.0.0.1/", "/path"] {
        let (status, text) = relay.post(&[], &json!([{ "url": bad }, { "url": url("/") }]));
        assert_eq!(status, 502, "{bad}");
        assert!(text.starts_with(bad), "{text}");
        assert_eq!(relay.recorder.take().len(), 0, "the rest is not called");
    }
    for nonsense in [json!({ "url": url("/") }), json!([{ "arguments": 1 }]), json!("x")] {
        assert!(matches!(relay.post(&[], &nonsense).0, 400..500), "{nonsense}");
    }
}

#[test]
fn an_address_that_is_taken_is_a_clear_error() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_trace-context-relay"))
        .args(["--listen", &address])
        .output()
        .expect("it runs");
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains(&address), "{text}");
}
