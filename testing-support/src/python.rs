use std::collections::BTreeMap;
use std::process::Command;

use serde::Deserialize;

use crate::Tool;
use crate::run::run_with_input;

/// A metric family as Python's `prometheus-client` parsed it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct MetricFamily {
    /// The family's name, without suffixes such as `_total`.
    pub name: String,
    /// `counter`, `gauge`, `histogram`, ...
    #[serde(rename = "type")]
    pub kind: String,
    /// The help text, unescaped.
    pub help: String,
    /// The OpenMetrics unit; empty when none was given.
    pub unit: String,
    /// The samples in the order of the exposition.
    pub samples: Vec<ExpositionSample>,
}

/// One line of an exposition as Python's `prometheus-client` parsed it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ExpositionSample {
    /// The sample's name, with its suffix.
    pub name: String,
    /// The labels, unescaped.
    pub labels: BTreeMap<String, String>,
    /// The value.
    #[serde(deserialize_with = "float_from_text")]
    pub value: f64,
    /// The labels of the line's exemplar, if it has one.
    pub exemplar: Option<BTreeMap<String, String>>,
}

// Values travel as text: JSON has no infinities and no NaN.
const PARSE: &str = "
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as text
parse = {'openmetrics': openmetrics, 'text': text}[sys.argv[1]]
exposition = sys.stdin.buffer.read().decode('utf-8')
print(json.dumps([{
    'name': family.name, 'type': family.type, 'help': family.documentation, 'unit': family.unit,
    'samples': [{
        'name': sample.name, 'labels': sample.labels, 'value': repr(float(sample.value)),
        'exemplar': sample.exemplar and sample.exemplar.labels,
    } for sample in family.samples],
} for family in parse(exposition)]))
";

/// Parses an OpenMetrics 1.0 exposition with the strict parser of Python's `prometheus-client`.
///
/// # Errors
///
/// The parser's traceback, when it refuses the exposition.
///
/// # Panics
///
/// When the Python environment is not installed.
#[track_caller]
pub fn parse_openmetrics(exposition: &str) -> Result<Vec<MetricFamily>, String> {
    parse("openmetrics", exposition)
}

/// Parses a text 0.0.4 exposition with Python's `prometheus-client`.
///
/// # Errors
///
/// The parser's traceback, when it refuses the exposition.
///
/// # Panics
///
/// When the Python environment is not installed.
#[track_caller]
pub fn parse_text_format(exposition: &str) -> Result<Vec<MetricFamily>, String> {
    parse("text", exposition)
}

/// Runs a Python script with `stdin` as its standard input and gives its standard output.
///
/// # Errors
///
/// The script's standard error, when it ends with a status other than 0.
///
/// # Panics
///
/// When the Python environment is not installed.
#[track_caller]
pub fn python(script: &str, arguments: &[&str], stdin: &str) -> Result<String, String> {
    let mut command = Command::new(Tool::Python.path());
    let output = run_with_input(command.args(["-I", "-X", "utf8", "-c", script]).args(arguments), stdin);
    let printed = if output.status.success() { output.stdout } else { output.stderr };
    let text = String::from_utf8_lossy(&printed).into_owned();
    if output.status.success() { Ok(text) } else { Err(text) }
}

#[track_caller]
fn parse(format: &str, exposition: &str) -> Result<Vec<MetricFamily>, String> {
    let families = python(PARSE, &[format], exposition)?;
    Ok(serde_json::from_str(&families).expect("the script prints families"))
}

fn float_from_text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}
