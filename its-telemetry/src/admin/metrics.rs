//! `/metrics`: every series, in the format that `Accept` asks for, written while it is sent.

use std::hash::BuildHasher;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, StatusCode};

use super::State;
use super::answer::{self, Answer};
use super::body::Body;
use super::server::Client;
use crate::exposition::{Scrape, accepts_gzip, negotiate};
use crate::registry::Scraper;

/// Scrapes whose sources are read at the same time. A source that hangs holds up these, and no more threads.
pub(super) const AT_A_TIME: usize = 4;

pub(super) async fn answer<B>(state: &Arc<State>, client: &Client, request: &Request<B>) -> Answer {
    let accept = joined(request.headers(), &header::ACCEPT);
    let format = negotiate(accept.as_deref());
    let compressed = accepts_gzip(joined(request.headers(), &header::ACCEPT_ENCODING).as_deref());
    let body = if request.method() == Method::HEAD {
        // No scrape: nobody would see what it shows once.
        Body::pieces(std::iter::empty())
    } else {
        let core = Arc::clone(&state.core);
        let scraper = scraper(state, client, request.headers());
        let scraped = collected(state, move || Scrape::new(core, format, scraper)).await;
        match scraped.map(|scrape| scrape.in_transit(client.in_transit.clone())) {
            Ok(scrape) if compressed => Body::pieces(scrape.gzip().map(Bytes::from)),
            Ok(scrape) => Body::pieces(scrape.map(Bytes::from)),
            Err(why) => return answer::text(StatusCode::SERVICE_UNAVAILABLE, why),
        }
    };
    let mut answer = answer::answer(StatusCode::OK, format.content_type(), body);
    let headers = answer.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("accept, accept-encoding"));
    if compressed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    answer
}

/// Two servers in front of one port are told apart by their addresses; a person's `curl` and a Prometheus on one host by
/// what they call themselves.
fn scraper(state: &State, client: &Client, headers: &HeaderMap) -> Scraper {
    let user_agent = headers.get(header::USER_AGENT).map(HeaderValue::as_bytes);
    Scraper::Client(state.scrapers.hash_one((client.address, user_agent)))
}

/// Reads the sources on a thread that may block: they are the service's own code.
async fn collected<T: Send + 'static>(
    state: &State,
    collect: impl FnOnce() -> T + Send + 'static,
) -> Result<T, &'static str> {
    const HANGS: &str = "a source of metrics hangs; the status page and the probes still answer";
    let reading = async {
        let place = Arc::clone(&state.collecting).acquire_owned().await.ok()?;
        let read = tokio::task::spawn_blocking(move || {
            let collected = super::unobserved(collect);
            drop(place);
            collected
        });
        read.await.ok()
    };
    let patience = state.settings.limits.answer / 2;
    tokio::time::timeout(patience, reading).await.ok().flatten().ok_or(HANGS)
}

/// The values of all headers of that name, as one.
fn joined(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let values: Vec<&str> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
    (!values.is_empty()).then(|| values.join(","))
}
