use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Deserialize;
use serde_json::Value;

use super::Prometheus;
use crate::http;

/// The labels of a series, `__name__` among them where PromQL keeps it.
type Labels = BTreeMap<String, String>;

/// One value of an instant query.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The labels of the series.
    pub labels: Labels,
    /// The value.
    pub value: f64,
}

/// One value of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Seconds since 1970.
    pub timestamp: f64,
    /// The value.
    pub value: f64,
}

/// A series with its values in a range of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The labels of the series.
    pub labels: Labels,
    /// The values, oldest first.
    pub points: Vec<Point>,
}

/// A native histogram of an instant query.
#[derive(Clone, Debug, PartialEq)]
pub struct NativeHistogram {
    /// The labels of the series.
    pub labels: Labels,
    /// The number of observations.
    pub count: f64,
    /// The sum of the observed values.
    pub sum: f64,
}

/// An exemplar from the exemplar storage.
#[derive(Clone, Debug, PartialEq)]
pub struct Exemplar {
    /// The labels of the series that the exemplar belongs to.
    pub series: Labels,
    /// The exemplar's own labels, such as `trace_id`.
    pub labels: Labels,
    /// The observed value.
    pub value: f64,
    /// Seconds since 1970.
    pub timestamp: f64,
}

/// A timestamp in seconds and a value as Prometheus spells it, such as `+Inf`.
type RawPoint = (f64, String);

#[derive(Deserialize)]
struct RawSeries {
    metric: Labels,
    value: Option<RawPoint>,
    #[serde(default)]
    values: Vec<RawPoint>,
    histogram: Option<(f64, RawHistogram)>,
}

#[derive(Deserialize)]
struct RawHistogram {
    count: String,
    sum: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawExemplars {
    series_labels: Labels,
    exemplars: Vec<RawExemplar>,
}

#[derive(Deserialize)]
struct RawExemplar {
    labels: Labels,
    value: String,
    timestamp: f64,
}

impl Prometheus {
    /// Evaluates a PromQL expression now. Native histograms in the answer are left out.
    ///
    /// # Panics
    ///
    /// When Prometheus refuses the expression.
    #[must_use]
    #[track_caller]
    pub fn query(&self, promql: &str) -> Vec<Sample> {
        let series = self.instant(promql, "vector").into_iter();
        series
            .filter_map(|RawSeries { metric, value, .. }| {
                value.map(|(_, value)| Sample { labels: metric, value: number(&value) })
            })
            .collect()
    }

    /// Evaluates a PromQL expression that gives exactly one value.
    ///
    /// # Panics
    ///
    /// When Prometheus refuses the expression, or it gives none or several values.
    #[must_use]
    #[track_caller]
    pub fn value(&self, promql: &str) -> f64 {
        match self.query(promql).as_slice() {
            [sample] => sample.value,
            samples => panic!("{promql} does not give one value but {samples:#?}"),
        }
    }

    /// Evaluates a PromQL expression now and keeps the native histograms in the answer.
    ///
    /// # Panics
    ///
    /// When Prometheus refuses the expression.
    #[must_use]
    #[track_caller]
    pub fn native_histograms(&self, promql: &str) -> Vec<NativeHistogram> {
        let series = self.instant(promql, "vector").into_iter();
        series
            .filter_map(|RawSeries { metric: labels, histogram, .. }| {
                histogram.map(|(_, RawHistogram { count, sum })| NativeHistogram {
                    labels,
                    count: number(&count),
                    sum: number(&sum),
                })
            })
            .collect()
    }

    /// The scraped values, untouched, that a range selector such as `x_total[5m]` covers.
    ///
    /// # Panics
    ///
    /// When Prometheus refuses the selector.
    #[must_use]
    #[track_caller]
    pub fn raw_series(&self, range_selector: &str) -> Vec<Series> {
        self.instant(range_selector, "matrix").into_iter().map(into_series).collect()
    }

    /// Evaluates a PromQL expression from `start` to `end` every `step` seconds.
    ///
    /// # Panics
    ///
    /// When Prometheus refuses the expression.
    #[must_use]
    #[track_caller]
    pub fn query_range(&self, promql: &str, start: SystemTime, end: SystemTime, step: f64) -> Vec<Series> {
        let (start, end, step) = (seconds(start), seconds(end), step.to_string());
        let query = [("query", promql), ("start", &start), ("end", &end), ("step", &step)];
        let data = self.api("query_range", &query).unwrap_or_else(|error| panic!("{promql}: {error}"));
        into_raw(data, "matrix").into_iter().map(into_series).collect()
    }

    /// The stored exemplars of the last hour for the series of a selector.
    ///
    /// # Panics
    ///
    /// When Prometheus refuses the selector.
    #[must_use]
    #[track_caller]
    pub fn exemplars(&self, selector: &str) -> Vec<Exemplar> {
        let now = SystemTime::now();
        let hour = std::time::Duration::from_secs(3600);
        let (start, end) = (seconds(now - hour), seconds(now + hour));
        let query = [("query", selector), ("start", &start), ("end", &end)];
        let data = self.api("query_exemplars", &query).unwrap_or_else(|error| panic!("{selector}: {error}"));
        let series: Vec<RawExemplars> =
            serde_json::from_value(data).expect("exemplars have their known shape");
        series
            .into_iter()
            .flat_map(|RawExemplars { series_labels, exemplars }| {
                exemplars.into_iter().map(move |exemplar| Exemplar {
                    series: series_labels.clone(),
                    labels: exemplar.labels,
                    value: number(&exemplar.value),
                    timestamp: exemplar.timestamp,
                })
            })
            .collect()
    }

    /// Calls `/api/v1/{path}` and gives the answer's `data`.
    ///
    /// # Errors
    ///
    /// What Prometheus says is wrong with the request, or why it did not answer.
    pub fn api(&self, path: &str, query: &[(&str, &str)]) -> Result<Value, String> {
        let url = format!("http://{}/api/v1/{path}", self.address());
        let mut answer = http::get(&self.agent, &url, query)?;
        if answer["status"] == "success" { Ok(answer["data"].take()) } else { Err(answer.to_string()) }
    }

    #[track_caller]
    fn instant(&self, promql: &str, kind: &str) -> Vec<RawSeries> {
        let data = self.api("query", &[("query", promql)]);
        into_raw(data.unwrap_or_else(|error| panic!("{promql}: {error}")), kind)
    }
}

#[track_caller]
fn into_raw(mut data: Value, kind: &str) -> Vec<RawSeries> {
    assert_eq!(data["resultType"], kind, "the kind of the answer {data}");
    serde_json::from_value(data["result"].take()).expect("series have their known shape")
}

fn into_series(raw: RawSeries) -> Series {
    let points = raw.values.into_iter();
    let points = points.map(|(timestamp, value)| Point { timestamp, value: number(&value) });
    Series { labels: raw.metric, points: points.collect() }
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or_else(|_| panic!("Prometheus gave {text:?} for a number"))
}

fn seconds(time: SystemTime) -> String {
    time.duration_since(UNIX_EPOCH).expect("the clock is past 1970").as_secs_f64().to_string()
}
