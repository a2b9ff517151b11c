use std::time::Duration;

use its_test_support::{AcceptProxy, Exchange, Prometheus, Scrape};

use crate::endpoint::{OPENMETRICS, TEXT, serve};

const TIMEOUT: Duration = Duration::from_secs(30);

fn negotiate(accept: &str) -> (&'static str, String) {
    match accept.contains("openmetrics") {
        true => (OPENMETRICS, "# TYPE frames gauge\nframes 1\n# EOF\n".to_owned()),
        false => (TEXT, "# TYPE frames gauge\nframes 2\n".to_owned()),
    }
}

#[test]
fn makes_prometheus_scrape_the_other_format() {
    let target = serve(negotiate);
    let (plain, rewriting) =
        (AcceptProxy::start(target, None), AcceptProxy::start(target, Some("text/plain")));
    let scrapes = [Scrape::new("plain", plain.address()), Scrape::new("rewriting", rewriting.address())];
    let prometheus = Prometheus::start(&scrapes, &[]);
    prometheus.wait_until_targets_up(TIMEOUT);

    assert_eq!(prometheus.value("frames{job=\"plain\"}"), 1.0);
    assert_eq!(prometheus.value("frames{job=\"rewriting\"}"), 2.0);
    let first = |proxy: &AcceptProxy| -> Exchange { proxy.exchanges()[0].clone() };
    assert_eq!(first(&plain).content_type.as_deref(), Some(OPENMETRICS));
    assert_eq!(first(&rewriting).content_type.as_deref(), Some(TEXT));
    assert_eq!((first(&rewriting).path.as_str(), first(&rewriting).status), ("/metrics", 200));
    assert!(first(&rewriting).accept.is_some_and(|accept| accept.contains("openmetrics")));
}

#[test]
fn stops_when_dropped() {
    let proxy = AcceptProxy::start(serve(negotiate), None);
    let url = format!("http://{}/metrics", proxy.address());
    assert!(ureq::get(&url).call().is_ok());
    drop(proxy);
    its_test_support::wait_until(TIMEOUT, "refused connection", || match ureq::get(&url).call() {
        Ok(response) => Err(format!("an answer: {}", response.status())),
        Err(_) => Ok(()),
    });
}
