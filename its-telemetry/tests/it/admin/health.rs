//! `/healthz` and `/readyz`.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::{get, get_with, telemetry};

#[test]
fn a_living_process_says_so() {
    let test = telemetry(|settings| settings);
    let answer = get(&test, "/healthz");
    assert_eq!((answer.status, &*answer.body), (200, "ok\n"));
}

#[test]
fn without_checks_the_service_is_ready() {
    let test = telemetry(|settings| settings);
    let answer = get(&test, "/readyz");
    assert_eq!((answer.status, &*answer.body), (200, "ready\n"));
}

#[test]
fn each_check_is_named_and_one_that_fails_is_enough() {
    let test = telemetry(|settings| settings);
    let readiness = test.telemetry().readiness();
    let model = readiness.condition("model-loaded");
    readiness.register("disk", || Ok(()));
    let answer = get(&test, "/readyz");
    assert_eq!(answer.status, 503);
    assert_eq!(answer.body, "not ready\nfail model-loaded: not set yet\nok   disk\n");
    model.set(true);
    assert_eq!(get(&test, "/readyz").body, "ready\nok   model-loaded\nok   disk\n");
    model.fail("loading\nversion 3");
    assert_eq!(get(&test, "/readyz").body, "not ready\nfail model-loaded: loading\\nversion 3\nok   disk\n");
    model.set(true);
    readiness.register("disk", || Err("full".into()));
    let json = get_with(&test, "/readyz", "accept: application/json\r\n");
    assert_eq!((json.status, json.header("content-type")), (503, Some("application/json")));
    let json = json.json();
    assert_eq!(json["ready"], false);
    assert_eq!(json["checks"][0]["ready"], true);
    assert_eq!((&json["checks"][1]["name"], &json["checks"][1]["reason"]), (&"disk".into(), &"full".into()));
    readiness.remove("disk");
    assert_eq!(get(&test, "/readyz").body, "ready\nok   model-loaded\n");
}

#[test]
fn a_check_that_panics_fails() {
    let test = telemetry(|settings| settings);
    test.telemetry().readiness().register("gpu", || panic!("asked for"));
    for _ in 0..2 {
        let answer = get(&test, "/readyz");
        assert_eq!((answer.status, &*answer.body), (503, "not ready\nfail gpu: the check panicked\n"));
    }
}

#[test]
fn a_check_that_hangs_holds_up_nothing_and_runs_once() {
    let test = telemetry(|settings| settings);
    let (release, released) = channel::<()>();
    let (began, begins) = channel();
    let released = Mutex::new(released);
    test.telemetry().readiness().register("database", move || {
        began.send(()).map_err(|error| error.to_string())?;
        let released = released.lock().map_err(|error| error.to_string())?;
        released.recv().map_err(|error| error.to_string())
    });
    let test = Arc::new(test);
    let start = Instant::now();
    let answers: Vec<_> = (0..3)
        .map(|_| {
            let test = Arc::clone(&test);
            std::thread::spawn(move || get(&test, "/readyz"))
        })
        .collect();
    begins.recv().expect("it runs");
    // While it hangs, everything else is answered.
    assert_eq!(get(&test, "/healthz").status, 200);
    for answer in answers {
        let answer = answer.join().expect("an answer");
        assert_eq!(answer.status, 503);
        assert!(answer.body.contains("fail database: no answer for 2 s"), "{answer:?}");
    }
    assert!(start.elapsed() < Duration::from_secs(10));
    // The next one does not wait again, and does not start it again.
    let start = Instant::now();
    assert_eq!(get(&test, "/readyz").status, 503);
    assert!(start.elapsed() < Duration::from_secs(1));
    assert!(begins.try_recv().is_err());
    release.send(()).expect("it waits");
    super::wait_until("the check has returned", || {
        let _ = release.send(());
        get(&test, "/readyz").status == 200
    });
}
