//! Who is answered, and with which headers.

use super::{address, dropped, get, get_with, send, telemetry};

#[test]
fn every_page_is_sealed() {
    let test = telemetry(|settings| settings);
    for path in ["/", "/settings", "/status.json", "/style.css", "/icon.svg", "/healthz", "/nothing"] {
        let answer = get(&test, path);
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("same-origin"), "{path}");
    }
    let page = get(&test, "/").body;
    for foreign in ["<script", "http://", "https://", "style=\"", "onload", "onclick"] {
        assert!(!page.contains(foreign), "{foreign} in {page}");
    }
}

#[test]
fn paths_and_methods_are_told_apart() {
    let test = telemetry(|settings| settings);
    assert_eq!(get(&test, "/nothing").status, 404);
    assert_eq!(get(&test, "/metrics/").status, 404);
    let host = address(&test);
    let answer = send(&test, &format!("DELETE /metrics HTTP/1.1\r\nhost: {host}"), "");
    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")));
    let answer = send(&test, &format!("PUT /settings HTTP/1.1\r\nhost: {host}"), "");
    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD, POST")));
    let answer = send(&test, &format!("HEAD / HTTP/1.1\r\nhost: {host}"), "");
    assert_eq!((answer.status, &*answer.body), (200, ""));
    assert!(answer.header("content-length").and_then(|n| n.parse::<u64>().ok()) > Some(1_000));
}

#[test]
fn with_a_token_only_probes_are_answered_without_one() {
    let test = telemetry(|settings| settings.bearer_token("s3cret"));
    test.telemetry().readiness().condition("model-loaded");
    for path in ["/", "/metrics", "/status.json", "/settings", "/nothing"] {
        let answer = get(&test, path);
        assert_eq!(answer.status, 401, "{path}");
        assert!(answer.head.contains("Bearer") && answer.head.contains("Basic"), "{answer:?}");
        assert_eq!(get_with(&test, path, "authorization: Bearer wrong\r\n").status, 401, "{path}");
    }
    assert_eq!(get(&test, "/healthz").status, 200);
    let answer = get(&test, "/readyz");
    assert_eq!((answer.status, &*answer.body), (503, "not ready\n"));
    let bearer = "authorization: Bearer s3cret\r\n";
    assert!(get_with(&test, "/readyz", bearer).body.contains("model-loaded"));
    for path in ["/", "/metrics", "/status.json"] {
        assert_eq!(get_with(&test, path, bearer).status, 200, "{path}");
    }
    // What a browser sends for the user `admin`.
    let basic = "authorization: Basic YWRtaW46czNjcmV0\r\n";
    assert_eq!(get_with(&test, "/", basic).status, 200);
    assert!(get_with(&test, "/status.json", bearer).body.contains("unauthorized"));
}

#[test]
fn a_name_that_a_web_site_pointed_here_is_not_answered() {
    let test = telemetry(|settings| settings.allow_host("status.example"));
    let with_host =
        |host: &str| send(&test, &format!("GET /status.json HTTP/1.1\r\nhost: {host}"), "").status;
    assert_eq!(with_host("localhost:9464"), 200);
    assert_eq!(with_host("status.example"), 200);
    assert_eq!(with_host("rebound.example:9464"), 421);
    assert_eq!(dropped(&test, "foreign_host"), 1);
}
