//! Functions that return a future without being `async`.
#![deny(warnings)]

#[path = "../support.rs"]
mod support;

use its_telemetry::{instrument_camera, instrument_inference, instrument_stage};
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use support::{assert_send, block_on, pause};

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

#[instrument_inference(model = "yolo", tenant = tenant)]
fn block<'a>(tenant: &'a str, fail: bool) -> impl Future<Output = Result<usize, String>> + Send + 'a {
    async move {
        pause().await;
        if fail {
            return Err(tenant.to_owned());
        }
        let length: usize = "4".parse().map_err(|_| String::new())?;
        Ok(length)
    }
}

#[instrument_stage(tenant = tenant)]
fn moves_its_argument(tenant: String) -> impl Future<Output = String> {
    async move {
        pause().await;
        tenant
    }
}

#[instrument_stage]
fn borrowing_block(numbers: &[u8]) -> impl Future<Output = usize> {
    let length = numbers.len();
    async move {
        pause().await;
        length
    }
}

struct Client {
    tenant: String,
    sent: Arc<AtomicU32>,
}

impl Client {
    /// What runs before the block still runs at once, and nothing of `self` is captured.
    #[instrument_inference(model = "yolo", tenant = self.tenant)]
    fn detached(&self) -> impl Future<Output = u32> + Send + use<> {
        let sent = Arc::clone(&self.sent);
        sent.fetch_add(1, Ordering::Relaxed);
        async move {
            pause().await;
            sent.load(Ordering::Relaxed)
        }
    }

    #[instrument_stage(tenant = self.tenant)]
    fn boxed(&self) -> Pin<Box<dyn Future<Output = &str> + Send + '_>> {
        Box::pin(async move {
            pause().await;
            self.tenant.as_str()
        })
    }

    #[instrument_stage(tenant = self.tenant)]
    fn alias(&mut self) -> BoxFuture<'_, &mut String> {
        Box::pin(async move {
            pause().await;
            self.tenant.push('!');
            &mut self.tenant
        })
    }

    #[instrument_stage(tenant = self.tenant)]
    fn early(&self, fail: bool) -> BoxFuture<'static, Result<u32, String>> {
        if fail {
            return Box::pin(ready(Err("no".to_owned())));
        }
        let sent = Arc::clone(&self.sent);
        Box::pin(async move { Ok(sent.load(Ordering::Relaxed)) })
    }

    #[instrument_stage]
    fn forwarded(&self) -> impl Future<Output = u32> + Send + use<> {
        self.detached()
    }
}

#[instrument_camera(stage = "capture")]
fn named(n: u8) -> impl Future<Output = u8> {
    ready(n)
}

#[instrument_stage]
fn unit() -> impl Future<Output = ()> {
    async {}
}

#[instrument_stage]
fn not_move(numbers: Vec<u8>) -> impl Future<Output = Vec<u8>> {
    async {
        let mut numbers = numbers;
        numbers.push(1);
        numbers
    }
}

#[instrument_stage]
fn output_is_opaque() -> impl Future<Output = impl Iterator<Item = u8>> {
    async { 0..3 }
}

trait Service {
    type Future: Future<Output = u8>;
    fn call(&mut self, by: u8) -> Self::Future;
}

struct Counter(u8);

impl Service for Counter {
    type Future = Pin<Box<dyn Future<Output = u8> + Send>>;

    #[instrument_stage]
    fn call(&mut self, by: u8) -> Self::Future {
        self.0 += by;
        let count = self.0;
        Box::pin(async move {
            pause().await;
            count
        })
    }
}

/// The type of the error is known from the associated type alone.
struct Fallible;

impl Fallible {
    const LIMIT: u8 = 3;
}

trait TryService {
    type Future: Future<Output = Result<u8, String>>;
    fn call(&self, n: u8) -> Self::Future;
}

impl TryService for Fallible {
    type Future = Pin<Box<dyn Future<Output = Result<u8, String>> + Send>>;

    #[instrument_stage]
    fn call(&self, n: u8) -> Self::Future {
        Box::pin(async move {
            if n > Self::LIMIT {
                return Err("many".into());
            }
            Ok(n.into())
        })
    }
}

type Answer = Pin<Box<dyn Future<Output = Result<u8, String>> + Send>>;

#[instrument_stage]
fn unknown_error() -> Answer {
    Box::pin(async { Ok(1) })
}

/// A concrete future that says nothing: the call to make it is measured, like any value.
#[instrument_stage]
fn concrete(n: u8) -> Ready<u8> {
    ready(n)
}

fn main() {
    assert_eq!(block_on(assert_send(block("acme", false))), Ok(4));
    assert_eq!(block_on(block("acme", true)), Err("acme".to_owned()));
    assert_eq!(block_on(moves_its_argument("acme".to_owned())), "acme");
    assert_eq!(block_on(borrowing_block(&[1, 2])), 2);

    let mut client = Client { tenant: "acme".to_owned(), sent: Arc::default() };
    let detached = assert_send(client.detached());
    assert_eq!(client.sent.load(Ordering::Relaxed), 1);
    assert_eq!(block_on(client.boxed()), "acme");
    block_on(client.alias()).push('?');
    assert_eq!(client.tenant, "acme!?");
    assert_eq!(block_on(client.early(true)), Err("no".to_owned()));
    assert_eq!(block_on(client.early(false)), Ok(1));
    let forwarded = client.forwarded();
    drop(client);
    assert_eq!(block_on(detached), 2);
    assert_eq!(block_on(forwarded), 2);

    assert_eq!(block_on(named(1)), 1);
    block_on(unit());
    assert_eq!(block_on(not_move(vec![0])), [0, 1]);
    assert_eq!(block_on(output_is_opaque()).count(), 3);
    assert_eq!(block_on(Counter(1).call(2)), 3);
    assert_eq!(block_on(Fallible.call(3)), Ok(3));
    assert_eq!(block_on(Fallible.call(4)), Err("many".to_owned()));
    assert_eq!(block_on(unknown_error()), Ok(1));
    assert_eq!(block_on(concrete(4)), 4);
    drop(block("acme", false));
}
