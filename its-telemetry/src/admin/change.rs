//! Changes of the running service, sent by the form of `/settings` or by a script.

use std::collections::HashMap;

use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;

use super::State;
use super::answer::{self, Answer};
use super::auth::{Scheme, is_same_origin, same};
use super::route::Access;

/// Longest form.
const MAX_FORM: usize = 4096;

const NO_LOG_LEVEL: &str = "the log level is not ours to change: the service has a subscriber of its own";

/// What a form asks for.
#[derive(Debug, PartialEq)]
enum Change {
    SamplingRatio(f64),
    LogLevel(String),
}

/// Makes the change and leads back to the page.
pub(super) async fn answer(state: &State, request: Request<Incoming>, access: Access) -> Answer {
    if !state.settings.allow_changes {
        let why = "changes are off; the service allows them with AdminSettings::allow_changes(true)";
        return answer::text(StatusCode::FORBIDDEN, why);
    }
    if !is_same_origin(request.headers()) {
        return answer::text(StatusCode::FORBIDDEN, "a change is made from the page of this endpoint only");
    }
    let Ok(form) = Limited::new(request.into_body(), MAX_FORM).collect().await else {
        return answer::text(StatusCode::PAYLOAD_TOO_LARGE, "the form is longer than 4,096 bytes");
    };
    let form = form.to_bytes();
    let mut form: HashMap<_, _> = form_urlencoded::parse(&form).into_owned().collect();
    let token = form.remove("change_token").unwrap_or_default();
    // No page of somebody else can make a browser send a bearer token.
    if access != Access::Token(Scheme::Bearer) && !same(&state.change_token, &token) {
        let why = "the change_token is missing or old; reload /settings, or take it from /status.json";
        return answer::text(StatusCode::FORBIDDEN, why);
    }
    match read(&form).and_then(|change| apply(state, change)) {
        Ok(()) => answer::see_other("/settings?changed"),
        Err(why) => answer::text(StatusCode::UNPROCESSABLE_ENTITY, why),
    }
}

fn read(form: &HashMap<String, String>) -> Result<Change, String> {
    if let Some(percent) = form.get("sampling_percent") {
        let ratio = percent.trim().parse::<f64>().map(|percent| percent / 100.0);
        return match ratio {
            Ok(ratio) if (0.0..=1.0).contains(&ratio) => Ok(Change::SamplingRatio(ratio)),
            _ => Err(format!("sampling_percent is {percent:?}; it must be a number from 0 to 100")),
        };
    }
    match form.get("log_level") {
        Some(level) => Ok(Change::LogLevel(level.trim().to_owned())),
        None => Err("nothing to change; send sampling_percent or log_level".into()),
    }
}

fn apply(state: &State, change: Change) -> Result<(), String> {
    match change {
        Change::SamplingRatio(ratio) => {
            state.core.sampler.set_ratio(ratio);
            tracing::info!(target: "its_telemetry", ratio, "sampling ratio changed through the admin endpoint");
        }
        Change::LogLevel(level) => {
            state.log_level.as_ref().ok_or(NO_LOG_LEVEL)?.set(&level)?;
            tracing::info!(target: "its_telemetry", %level, "log level changed through the admin endpoint");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> HashMap<String, String> {
        pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn a_form_says_one_thing() {
        assert_eq!(read(&form(&[("sampling_percent", " 5 ")])), Ok(Change::SamplingRatio(0.05)));
        assert_eq!(read(&form(&[("sampling_percent", "0")])), Ok(Change::SamplingRatio(0.0)));
        assert_eq!(read(&form(&[("log_level", "debug")])), Ok(Change::LogLevel("debug".into())));
        for bad in ["", "101", "-1", "NaN", "inf", "1 %"] {
            assert!(read(&form(&[("sampling_percent", bad)])).is_err(), "{bad}");
        }
        assert!(read(&form(&[])).is_err());
    }
}
