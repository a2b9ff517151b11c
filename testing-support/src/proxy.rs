use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

const PEER_TIMEOUT: Duration = Duration::from_secs(30);
const MAX_HEAD_BYTES: u64 = 64 * 1024;

/// A loopback HTTP proxy before one endpoint that rewrites the `Accept` header of each `GET` and notes the format
/// of each answer; stops when dropped.
#[derive(Debug)]
pub struct AcceptProxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

/// A request that went through an [`AcceptProxy`] and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The request's path with its query.
    pub path: String,
    /// The `Accept` header as the client sent it.
    pub accept: Option<String>,
    /// The status code of the answer.
    pub status: u16,
    /// The `Content-Type` of the answer.
    pub content_type: Option<String>,
}

#[derive(Debug)]
struct Shared {
    upstream: SocketAddr,
    accept: Option<String>,
    exchanges: Mutex<Vec<Exchange>>,
    stopped: AtomicBool,
}

impl AcceptProxy {
    /// Starts a proxy before `upstream` that sends `accept` instead of the client's `Accept` header; with `None` the
    /// client's own goes through.
    ///
    /// # Panics
    ///
    /// When no loopback port can be bound.
    #[must_use]
    #[track_caller]
    pub fn start(upstream: SocketAddr, accept: Option<&str>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a loopback port can be bound");
        let address = listener.local_addr().expect("a bound listener has an address");
        let shared = Arc::new(Shared {
            upstream,
            accept: accept.map(str::to_owned),
            exchanges: Mutex::default(),
            stopped: AtomicBool::new(false),
        });
        let serving = Arc::clone(&shared);
        thread::spawn(move || serving.serve(&listener));
        Self { address, shared }
    }

    /// Where the proxy listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The requests answered so far, oldest first.
    #[must_use]
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.shared.exchanges.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for AcceptProxy {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Release);
        // Wakes the accepting thread, so that it sees the flag.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn serve(self: &Arc<Self>, listener: &TcpListener) {
        for client in listener.incoming() {
            if self.stopped.load(Ordering::Acquire) {
                return;
            }
            if let Ok(client) = client {
                let shared = Arc::clone(self);
                // A failed exchange is the client's error to report: it sees the connection end.
                thread::spawn(move || shared.exchange(client));
            }
        }
    }

    /// Answers one request; the connection is then closed, so that each request has its own.
    fn exchange(&self, mut client: TcpStream) -> io::Result<()> {
        client.set_read_timeout(Some(PEER_TIMEOUT))?;
        let request = Head::read(&mut BufReader::new(&client))?;
        let mut upstream = TcpStream::connect(self.upstream)?;
        upstream.set_read_timeout(Some(PEER_TIMEOUT))?;
        let accept = self.accept.as_deref().or_else(|| request.header("accept"));
        upstream.write_all(request.forwarded(accept).as_bytes())?;

        let mut upstream = BufReader::new(upstream);
        let response = Head::read(&mut upstream)?;
        client.write_all(response.forwarded(None).as_bytes())?;
        io::copy(&mut upstream, &mut client)?;
        let exchange = Exchange {
            path: request.word(1).to_owned(),
            accept: request.header("accept").map(str::to_owned),
            status: response.word(1).parse().unwrap_or_default(),
            content_type: response.header("content-type").map(str::to_owned),
        };
        self.exchanges.lock().unwrap_or_else(PoisonError::into_inner).push(exchange);
        client.shutdown(Shutdown::Write)
    }
}

/// The first line and the headers of a request or a response.
struct Head {
    first_line: String,
    headers: Vec<(String, String)>,
}

impl Head {
    fn read(stream: &mut impl BufRead) -> io::Result<Self> {
        let mut stream = stream.take(MAX_HEAD_BYTES);
        let mut line = || {
            let mut line = String::new();
            stream.read_line(&mut line)?;
            Ok::<_, io::Error>(line.trim_end().to_owned())
        };
        let first_line = line()?;
        let mut headers = Vec::new();
        loop {
            let header = line()?;
            let Some((name, value)) = header.split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        Ok(Self { first_line, headers })
    }

    fn word(&self, index: usize) -> &str {
        self.first_line.split(' ').nth(index).unwrap_or_default()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// The head as it is passed on: with this `Accept` and without keep-alive.
    fn forwarded(&self, accept: Option<&str>) -> String {
        let mut head = format!("{}\r\nconnection: close\r\n", self.first_line);
        if let Some(accept) = accept {
            head += &format!("accept: {accept}\r\n");
        }
        for (name, value) in self.headers.iter().filter(|(name, _)| name != "accept" && name != "connection")
        {
            head += &format!("{name}: {value}\r\n");
        }
        head + "\r\n"
    }
}
