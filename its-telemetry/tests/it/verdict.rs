//! What a returned value says about its call.

use its_telemetry::__private::verdict;
use its_telemetry::{ErrorKind, Outcome, Verdict};

struct Slow;

impl ErrorKind for Slow {
    fn error_kind(&self) -> &'static str {
        "slow"
    }

    fn outcome(&self) -> Outcome {
        Outcome::Timeout
    }
}

type Alias<T> = Result<T, Slow>;

fn failed(outcome: Outcome, kind: &'static str) -> Verdict {
    Verdict { outcome, error_kind: Some(kind) }
}

fn generic<T, E>(result: Result<T, E>) -> Verdict {
    verdict!(&result)
}

#[test]
fn the_most_specific_reading_wins() {
    let aliased: Alias<()> = Err(Slow);
    assert_eq!(verdict!(&aliased), failed(Outcome::Timeout, "slow"));
    let plain: Result<(), String> = Err("no".into());
    assert_eq!(verdict!(&plain), failed(Outcome::Error, "error"));
    assert_eq!(generic(plain), failed(Outcome::Error, "error"));
    assert_eq!(verdict!(&None::<u8>), Verdict::OK);
    assert_eq!(verdict!(&7), Verdict::OK);
}

#[test]
fn expressions_overrule_the_type() {
    let found = None::<u8>;
    assert_eq!(verdict!(&found, ok_if = Option::is_some).outcome, Outcome::Error);
    let empty: Result<u8, &str> = Err("empty");
    assert_eq!(verdict!(&empty, ok_if = |r: &Result<u8, &str>| r.is_err()), Verdict::OK);
    let late: Result<u8, &str> = Err("deadline");
    let verdict = verdict!(&late, timeout_if = |r: &Result<u8, &str>| r.is_err_and(|e| e == "deadline"));
    assert_eq!(verdict.outcome, Outcome::Timeout);
}
