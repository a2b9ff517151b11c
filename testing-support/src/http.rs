use std::time::Duration;

use serde_json::Value;
use ureq::Agent;

/// A client for one component. A status of 400 or more is an answer, not an error: its body says what was wrong.
pub(crate) fn agent(timeout: Duration) -> Agent {
    Agent::config_builder().http_status_as_error(false).timeout_global(Some(timeout)).build().into()
}

pub(crate) fn get(agent: &Agent, url: &str, query: &[(&str, &str)]) -> Result<Value, String> {
    let response = agent.get(url).query_pairs(query.iter().copied()).call();
    json(response.map_err(|error| format!("GET {url}: {error}"))?)
}

pub(crate) fn post(agent: &Agent, url: &str, body: &Value) -> Result<Value, String> {
    let request = agent.post(url).header("content-type", "application/json");
    json(request.send(body.to_string()).map_err(|error| format!("POST {url}: {error}"))?)
}

pub(crate) fn delete(agent: &Agent, url: &str) -> Result<Value, String> {
    json(agent.delete(url).call().map_err(|error| format!("DELETE {url}: {error}"))?)
}

fn json(mut response: ureq::http::Response<ureq::Body>) -> Result<Value, String> {
    let status = response.status();
    let text = response.body_mut().with_config().limit(256 << 20).read_to_string();
    let text = text.map_err(|error| format!("body of a {status} answer: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("{status}, not JSON ({error}): {text}"))
}
