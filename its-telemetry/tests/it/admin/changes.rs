//! Changes of the running service.

use its_telemetry::testing::TestTelemetry;

use super::{Answer, address, get, send, telemetry};

fn post(test: &TestTelemetry, headers: &str, form: &str) -> Answer {
    let host = address(test);
    let head = format!(
        "POST /settings HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/x-www-form-urlencoded\r\n{headers}"
    );
    send(test, &head, form)
}

fn change_token(test: &TestTelemetry) -> String {
    let status = get(test, "/status.json").json();
    status["controls"]["change_token"].as_str().expect("a token").to_owned()
}

fn ratio(test: &TestTelemetry) -> f64 {
    get(test, "/status.json").json()["controls"]["sampling_ratio"].as_f64().expect("a ratio")
}

#[test]
fn nothing_can_be_changed_unless_the_service_allows_it() {
    let test = telemetry(|settings| settings);
    assert_eq!(post(&test, "", "sampling_percent=0").status, 403);
    let page = get(&test, "/settings").body;
    assert!(page.contains("read-only") && !page.contains("<button"), "{page}");
    assert_eq!(get(&test, "/status.json").json()["controls"]["change_token"], serde_json::Value::Null);
    assert_eq!(ratio(&test), 1.0);
}

#[test]
fn the_page_changes_the_sampling_ratio() {
    let test = telemetry(|settings| settings.allow_changes(true));
    let token = change_token(&test);
    assert!(get(&test, "/settings").body.contains(&token));
    let origin = format!("origin: http://{}\r\nsec-fetch-site: same-origin\r\n", address(&test));
    let answer = post(&test, &origin, &format!("sampling_percent=2.5&change_token={token}"));
    assert_eq!((answer.status, answer.header("location")), (303, Some("/settings?changed")));
    assert!((ratio(&test) - 0.025).abs() < 1e-9);
}

#[test]
fn no_other_page_changes_anything() {
    let test = telemetry(|settings| settings.allow_changes(true));
    let token = change_token(&test);
    let form = format!("sampling_percent=0&change_token={token}");
    assert_eq!(post(&test, "", "sampling_percent=0").status, 403);
    assert_eq!(
        post(&test, "", "sampling_percent=0&change_token=0123456789abcdef0123456789abcdef").status,
        403
    );
    assert_eq!(post(&test, "origin: http://evil.example\r\n", &form).status, 403);
    assert_eq!(post(&test, "sec-fetch-site: cross-site\r\n", &form).status, 403);
    assert_eq!(ratio(&test), 1.0);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let test = telemetry(|settings| settings.allow_changes(true));
    let token = change_token(&test);
    for (form, status) in
        [("sampling_percent=101", 422), ("nothing=1", 422), ("log_level=a=b=c", 422), ("log_level=", 422)]
    {
        let answer = post(&test, "", &format!("{form}&change_token={token}"));
        assert_eq!(answer.status, status, "{answer:?}");
    }
    assert_eq!(post(&test, "", &format!("x={}", "y".repeat(5_000))).status, 413);
    assert_eq!(ratio(&test), 1.0);
}

#[cfg(feature = "otlp")]
#[test]
fn the_page_changes_the_log_level() {
    let test = telemetry(|settings| settings.allow_changes(true));
    let token = change_token(&test);
    assert!(get(&test, "/settings").body.contains("name=\"log_level\""));
    let answer = post(&test, "", &format!("log_level=warn%2Ch2%3Derror&change_token={token}"));
    assert_eq!(answer.status, 303, "{answer:?}");
    let level = get(&test, "/status.json").json()["controls"]["log_level"].clone();
    assert_eq!(level, test.telemetry().log_level());
    assert!(level.as_str().is_some_and(|level| level.contains("h2=error")), "{level}");
    let answer = post(&test, "", &format!("log_level=loud%3Dvery&change_token={token}"));
    assert_eq!(answer.status, 422, "{answer:?}");
    assert!(answer.body.contains("info,h2=warn"), "it says what to write: {answer:?}");
}

#[test]
fn a_script_with_the_token_needs_no_page() {
    let test = telemetry(|settings| settings.allow_changes(true).bearer_token("s3cret"));
    let bearer = "authorization: Bearer s3cret\r\n";
    assert_eq!(post(&test, "", "sampling_percent=10").status, 401);
    assert_eq!(post(&test, bearer, "sampling_percent=10").status, 303);
    // A browser sends a password by itself, so the page must have been read.
    let basic = "authorization: Basic YWRtaW46czNjcmV0\r\n";
    assert_eq!(post(&test, basic, "sampling_percent=20").status, 403);
}
