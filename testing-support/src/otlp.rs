use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// One span, log record or metric that the Collector received, as OTLP's JSON, with where it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// The attributes of the resource, such as `service.name`.
    pub resource: BTreeMap<String, Value>,
    /// The name of the instrumentation scope.
    pub scope: String,
    /// The span, log record or metric: field names in camel case, ids in lower-case hex, 64-bit integers as strings.
    pub item: Value,
}

impl Received {
    /// A string field of the item, such as `traceId`; empty when absent, as in OTLP.
    #[must_use]
    pub fn text(&self, field: &str) -> &str {
        self.item[field].as_str().unwrap_or_default()
    }

    /// The item's attributes, plain values as in [`attributes`].
    #[must_use]
    pub fn attributes(&self) -> BTreeMap<String, Value> {
        attributes(&self.item["attributes"])
    }

    /// The text of the item's attribute `key`, if it has one that is a string.
    #[must_use]
    pub fn attribute(&self, key: &str) -> Option<String> {
        self.attributes().get(key)?.as_str().map(str::to_owned)
    }
}

/// Turns OTLP's list of keys and values into a map: strings, booleans and doubles become their JSON kinds, integers
/// become JSON numbers, anything else stays as OTLP's JSON has it.
#[must_use]
pub fn attributes(list: &Value) -> BTreeMap<String, Value> {
    let pairs = list.as_array().into_iter().flatten();
    pairs
        .map(|pair| (pair["key"].as_str().unwrap_or_default().to_owned(), plain_value(&pair["value"])))
        .collect()
}

fn plain_value(value: &Value) -> Value {
    for kind in ["stringValue", "boolValue", "doubleValue"] {
        if let Some(plain) = value.get(kind) {
            return plain.clone();
        }
    }
    let integer = value["intValue"].as_str().and_then(|text| text.parse::<i64>().ok());
    integer.map_or_else(|| value.clone(), Value::from)
}

/// The three levels of an export request: list of resources, of scopes in it, of items in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signal {
    resources: &'static str,
    scopes: &'static str,
    items: &'static str,
}

pub(crate) const SPANS: Signal = Signal { resources: "resourceSpans", scopes: "scopeSpans", items: "spans" };
pub(crate) const LOGS: Signal =
    Signal { resources: "resourceLogs", scopes: "scopeLogs", items: "logRecords" };
pub(crate) const METRICS: Signal =
    Signal { resources: "resourceMetrics", scopes: "scopeMetrics", items: "metrics" };

/// Reads the export requests, one a line, that the Collector has written to a file so far.
pub(crate) fn read_requests(file: &Path) -> Vec<Value> {
    // The Collector makes the file when it starts, so absence means that nothing has come yet.
    let text = fs::read_to_string(file).unwrap_or_default();
    // Whatever follows the last line end is still being written.
    let complete = text.rfind('\n').map_or("", |end| &text[..end]);
    let requests = complete.lines().map(serde_json::from_str);
    requests.map(|request| request.expect("the Collector writes JSON lines")).collect()
}

pub(crate) fn flatten(requests: &[Value], signal: Signal) -> Vec<Received> {
    let mut received = Vec::new();
    for resource in requests.iter().flat_map(|request| list(request, signal.resources)) {
        let attributes = attributes(&resource["resource"]["attributes"]);
        for scope in list(resource, signal.scopes) {
            let name = scope["scope"]["name"].as_str().unwrap_or_default();
            received.extend(list(scope, signal.items).iter().map(|item| Received {
                resource: attributes.clone(),
                scope: name.to_owned(),
                item: item.clone(),
            }));
        }
    }
    received
}

fn list<'a>(parent: &'a Value, field: &str) -> &'a [Value] {
    parent[field].as_array().map_or(&[], Vec::as_slice)
}
