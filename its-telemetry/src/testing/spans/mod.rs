//! Spans as a test sees them: a tree.

mod compare;
mod expected;
mod tree;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use opentelemetry::trace::{SpanKind, Status};
use opentelemetry_sdk::trace::SpanData;

use tree::Tree;

/// A span that has ended.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Span {
    /// The name.
    pub name: String,
    /// `internal`, `server`, `client`, `producer` or `consumer`.
    pub kind: &'static str,
    /// How a call ended; of a user's own span `error` or nothing.
    pub outcome: Option<String>,
    /// What the status says about an error.
    pub error: Option<String>,
    /// The other attributes, as text.
    pub attributes: BTreeMap<String, String>,
    /// The names of its events, in their order.
    pub events: Vec<String>,
    /// The trace.
    pub trace_id: u128,
    /// The span itself.
    pub span_id: u64,
    /// The span that it is a part of.
    pub parent_span_id: Option<u64>,
    /// Whether that is a span of another service.
    pub parent_is_remote: bool,
    /// From its start to its end. For rescued calls by the clock of the test, else by the wall clock.
    pub duration: Duration,
}

/// The spans of a test. Shown as a tree: children below their parents, two spaces deeper, siblings by name.
///
/// ```text
/// POST /frames (server, ok, remote parent, http.route=/frames, its.tenant.id=city-17)
///   infer (error, error.type=no_light, its.model=yolo)
///     decode (ok)
/// ```
///
/// In parentheses stand the kind unless it is `internal`, the outcome, `remote parent` or `unknown parent` when the
/// parent is in another service or has not ended, and the attributes.
#[derive(Clone, Debug, Default)]
pub struct Spans(Vec<Span>);

impl Span {
    fn of(data: &SpanData) -> Self {
        let attributes = data.attributes.iter();
        let mut attributes: BTreeMap<_, _> =
            attributes.map(|a| (a.key.to_string(), a.value.as_str().into_owned())).collect();
        let error = match &data.status {
            Status::Error { description } => Some(description.to_string()),
            _ => None,
        };
        let outcome = attributes.remove("its.outcome").or(error.as_ref().map(|_| "error".to_owned()));
        let parent = u64::from_be_bytes(data.parent_span_id.to_bytes());
        Self {
            name: data.name.to_string(),
            kind: match data.span_kind {
                SpanKind::Client => "client",
                SpanKind::Server => "server",
                SpanKind::Producer => "producer",
                SpanKind::Consumer => "consumer",
                SpanKind::Internal => "internal",
            },
            outcome,
            error,
            attributes,
            events: data.events.iter().map(|event| event.name.to_string()).collect(),
            trace_id: u128::from_be_bytes(data.span_context.trace_id().to_bytes()),
            span_id: u64::from_be_bytes(data.span_context.span_id().to_bytes()),
            parent_span_id: (parent != 0).then_some(parent),
            parent_is_remote: data.parent_span_is_remote,
            duration: data.end_time.duration_since(data.start_time).unwrap_or_default(),
        }
    }
}

impl Spans {
    pub(super) fn new(spans: &[SpanData]) -> Self {
        Self(spans.iter().map(Span::of).collect())
    }

    /// These spans and those of another service in the same test: a call and its answer become one tree.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// The spans in the order of their ends.
    pub fn iter(&self) -> impl Iterator<Item = &Span> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The one span of this name.
    ///
    /// # Panics
    /// When there is none or more than one.
    #[track_caller]
    pub fn one(&self, name: &str) -> &Span {
        let mut found = self.0.iter().filter(|span| span.name == name);
        match (found.next(), found.next()) {
            (Some(span), None) => span,
            (first, _) => {
                panic!("{} span {name:?} in\n{self}", if first.is_some() { "more than one" } else { "no" })
            }
        }
    }

    /// What [`assert_spans!`](crate::assert_spans) does, for spans of more than one service:
    /// `front.spans().and(back.spans()).assert("..")`.
    ///
    /// # Panics
    /// When the tree is another one, with the difference; when `expected` cannot be read.
    #[track_caller]
    pub fn assert(&self, expected: &str) {
        let expected = expected::parse(expected).unwrap_or_else(|error| panic!("{error}"));
        let recorded = Tree::of(&self.0);
        if !compare::matches(&expected, &recorded) {
            panic!("{}", compare::difference(&expected, &recorded).trim_end());
        }
    }
}

impl fmt::Display for Spans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return writeln!(f, "(no span)");
        }
        let roots = Tree::of(&self.0);
        Tree::lines(&roots).iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// Asserts that the spans of a test that have ended are these.
///
/// A line for each span, its children two spaces deeper; the indentation of the whole does not matter, nor does the order
/// of siblings. In parentheses stands what the span has to say; what is left out there may be anything. See
/// [`Spans`](crate::testing::Spans) for all that can stand there: start with an empty text, and copy from the failure.
///
/// ```
/// # use its_telemetry::{assert_spans, testing::TestTelemetry};
/// let test = TestTelemetry::new();
/// test.in_scope(|| tracing::info_span!("outer").in_scope(|| tracing::info_span!("inner").in_scope(|| ())));
/// assert_spans!(test, "
///     outer
///       inner
/// ");
/// ```
#[macro_export]
macro_rules! assert_spans {
    ($test:expr, $expected:expr) => {
        $test.spans().assert($expected)
    };
}
