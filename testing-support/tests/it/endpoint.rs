//! A tiny HTTP endpoint for the components to talk to.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;

pub(crate) const TEXT: &str = "text/plain; version=0.0.4";
pub(crate) const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
pub(crate) const PROTOBUF: &str =
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

/// Serves what `answer` gives, a content type and a body, for the value of each request's `Accept` header, until the
/// test process ends.
pub(crate) fn serve<B: Into<Vec<u8>>>(
    answer: impl Fn(&str) -> (&'static str, B) + Send + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a loopback port can be bound");
    let address = listener.local_addr().expect("a bound listener has an address");
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            // A client that leaves early is no concern of the endpoint.
            let _ = respond(client, &answer);
        }
    });
    address
}

fn respond<B: Into<Vec<u8>>>(
    mut client: TcpStream,
    answer: &impl Fn(&str) -> (&'static str, B),
) -> io::Result<()> {
    let mut accept = String::new();
    for line in BufReader::new(&client).lines() {
        let line = line?.to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("accept:") {
            value.trim().clone_into(&mut accept);
        }
        if line.is_empty() {
            break;
        }
    }
    let (content_type, body) = answer(&accept);
    let body = body.into();
    let length = body.len();
    write!(
        client,
        "HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    )?;
    client.write_all(&body)
}
