//! The server: a thread and a runtime of its own, so that a service whose runtime is blocked can still be looked at.

mod connections;
mod progress;
mod socket;

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

pub(super) use progress::Answering;

use super::history::SLOT;
use super::{AdminError, State, route, unobserved};
use crate::registry::InTransit;
use connections::{Connections, Room};
use progress::Progress;
use socket::Socket;

/// Headers of a request, in bytes and in number.
const MAX_HEAD: usize = 16 * 1024;
const MAX_HEADERS: usize = 64;

/// How long answers in progress may go on when the endpoint stops.
const STOPPING: Duration = Duration::from_secs(1);

/// How long an endpoint that nobody shut down may take to close.
const CLOSING: Duration = Duration::from_millis(500);

/// The running endpoint. It closes when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    /// Until when answers in progress may go on; `None` while nobody asked to stop.
    stop: watch::Sender<Option<Instant>>,
    ended: Mutex<Receiver<()>>,
}

impl Server {
    /// Listens, and answers on a thread of its own.
    pub(super) fn start(state: Arc<State>) -> Result<Self, AdminError> {
        let address = state.settings.address;
        let failed = |source| AdminError::Listen { address, source };
        let listener = std::net::TcpListener::bind(address).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .thread_name("its-admin-check")
            .build()
            .map_err(AdminError::Thread)?;
        let (stop, stopped) = watch::channel(None);
        let (ends, ended) = channel();
        let serve = move || {
            run(runtime, listener, state, stopped);
            drop(ends);
        };
        std::thread::Builder::new().name("its-admin".into()).spawn(serve).map_err(AdminError::Thread)?;
        Ok(Self { address, stop, ended: Mutex::new(ended) })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more connections, lets answers in progress end for `patience` but a second at most, and waits for that.
    pub(crate) fn stop(&self, patience: Duration) {
        let patience = patience.min(STOPPING);
        self.stop.send_replace(Some(Instant::now() + patience));
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        // Nothing is ever sent: the thread drops its end when it ends.
        let _ = ended.recv_timeout(patience);
    }
}

impl Drop for Server {
    /// Frees the port before the process goes on.
    fn drop(&mut self) {
        self.stop.send_replace(Some(Instant::now()));
        let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
        let _ = ended.recv_timeout(CLOSING);
    }
}

fn run(
    runtime: Runtime,
    listener: std::net::TcpListener,
    state: Arc<State>,
    stopped: watch::Receiver<Option<Instant>>,
) {
    // Nothing that happens on this thread becomes telemetry.
    unobserved(|| {
        runtime.block_on(async {
            match TcpListener::from_std(listener) {
                Ok(listener) => serve(listener, state, stopped).await,
                Err(error) => {
                    tracing::error!(target: "its_telemetry", %error, "the admin endpoint cannot listen");
                }
            }
        });
    });
    // A readiness check that hangs keeps its thread, not this one.
    runtime.shutdown_background();
}

async fn serve(listener: TcpListener, state: Arc<State>, mut stopped: watch::Receiver<Option<Instant>>) {
    let mut connections = Connections::new(state.settings.limits);
    let mut tasks = JoinSet::new();
    let limits = state.settings.limits;
    let shortest = limits.head.min(limits.answer).min(limits.idle);
    let mut sweep = interval((shortest / 4).clamp(Duration::from_millis(20), Duration::from_secs(1)));
    sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut tick = interval(SLOT);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = stopped.changed() => break,
            _ = tick.tick() => state.tick(),
            _ = sweep.tick() => {
                state.count_dropped("slow_client", connections.close_overdue());
                while tasks.try_join_next().is_some() {}
            }
            accepted = listener.accept() => match accepted {
                Ok(client) => admit(client, &state, &mut connections, &mut tasks, &stopped),
                // Out of file descriptors, most likely: what is open must end first.
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    }
    // Who connected before the stop is served. The driver says who that is while this task yields.
    tokio::task::yield_now().await;
    while let Some(client) = next_waiting(&listener).await {
        admit(client, &state, &mut connections, &mut tasks, &stopped);
    }
    drop(listener);
    let deadline = stopped.borrow().unwrap_or_else(Instant::now);
    let _ =
        tokio::time::timeout_at(deadline.into(), async { while tasks.join_next().await.is_some() {} }).await;
}

/// Serves a connection on a task of its own, or closes it when all others are being answered.
fn admit(
    (stream, address): (TcpStream, SocketAddr),
    state: &Arc<State>,
    connections: &mut Connections,
    tasks: &mut JoinSet<()>,
    stopped: &watch::Receiver<Option<Instant>>,
) {
    if connections.make_room() == Room::None {
        return state.count_dropped("too_many_connections", 1);
    }
    let progress = Progress::new();
    let client = Client { address: address.ip(), in_transit: progress.in_transit().clone() };
    let task = connection(stream, client, Arc::clone(state), progress.clone(), stopped.clone());
    connections.add(tasks.spawn(task), progress);
}

/// A client that has connected already.
async fn next_waiting(listener: &TcpListener) -> Option<(TcpStream, SocketAddr)> {
    tokio::select! {
        biased;
        accepted = listener.accept() => accepted.ok(),
        () = std::future::ready(()) => None,
    }
}

/// Who asks.
#[derive(Clone, Debug)]
pub(super) struct Client {
    pub(super) address: IpAddr,
    pub(super) in_transit: InTransit,
}

async fn connection(
    stream: TcpStream,
    client: Client,
    state: Arc<State>,
    progress: Progress,
    stopped: watch::Receiver<Option<Instant>>,
) {
    let in_transit = client.in_transit.clone();
    // An error is the client's: it went away, or sent what is no HTTP.
    match answer_all(stream, client, state, progress, stopped).await {
        Ok(()) => in_transit.arrived(),
        Err(_) => in_transit.lost(),
    }
}

async fn answer_all(
    stream: TcpStream,
    client: Client,
    state: Arc<State>,
    progress: Progress,
    mut stopped: watch::Receiver<Option<Instant>>,
) -> hyper::Result<()> {
    let _ = stream.set_nodelay(true);
    let io = TokioIo::new(Socket::new(stream, progress.clone()));
    let service = service_fn(|request| {
        let answering = progress.answer();
        let (state, client) = (Arc::clone(&state), client.clone());
        async move {
            let answer = route::answer(&state, &client, request).await;
            Ok::<_, Infallible>(answer.map(|body| body.while_answering(answering)))
        }
    });
    let mut builder = http1::Builder::new();
    builder
        .max_header_size(MAX_HEAD)
        .max_buf_size(4 * MAX_HEAD)
        .max_headers(MAX_HEADERS)
        .pipeline_flush(false);
    let mut connection = pin!(builder.serve_connection(io, service));
    tokio::select! {
        ended = connection.as_mut() => return ended,
        _ = stopped.wait_for(Option::is_some) => {}
    }
    // What has been asked is answered: hyper would close a connection whose first request it has not read yet.
    tokio::task::yield_now().await;
    tokio::select! {
        biased;
        ended = connection.as_mut() => return ended,
        () = std::future::ready(()) => {}
    }
    connection.as_mut().graceful_shutdown();
    connection.await
}
