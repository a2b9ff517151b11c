//! Log lines as a test sees them.

use std::fmt;

use tracing::Level;

use crate::scope::Identity;

/// One event of `tracing`, with the call and the scope that it was logged in.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LogLine {
    /// How grave it is.
    pub level: Level,
    /// The module, unless the code says otherwise.
    pub target: String,
    /// What was said.
    pub message: String,
    /// The other fields, as text, in their order.
    pub fields: Vec<(&'static str, String)>,
    /// The names of the user's own spans around it, the outermost first.
    pub spans: Vec<&'static str>,
    /// The tenant of the scope.
    pub tenant: Option<String>,
    /// The camera of the scope.
    pub camera: Option<String>,
    /// The frame that it is about.
    pub frame: Option<String>,
    /// The call that it was logged in, sampled or not; `None` in a scope outside any call.
    pub call: Option<Identity>,
}

/// The log lines of a test that say something.
#[derive(Clone, Debug)]
pub struct LogSelection {
    message: String,
    wanted: Vec<(String, String)>,
    matching: Vec<LogLine>,
    others: Vec<LogLine>,
    level: String,
}

impl LogLine {
    /// Whether the line says that `name` is `value`: one of its fields, or one of `level`, `target`, `tenant`, `camera`,
    /// `frame`, `trace_id` and `span_id`.
    pub fn says(&self, name: &str, value: &str) -> bool {
        let call = |id: fn(&Identity) -> String| self.call.as_ref().map(id);
        let own = match name {
            "level" => Some(self.level.to_string()),
            "target" => Some(self.target.clone()),
            "tenant" => self.tenant.clone(),
            "camera" => self.camera.clone(),
            "frame" => self.frame.clone(),
            "trace_id" => call(|call| format!("{:032x}", call.trace_id())),
            "span_id" => call(|call| format!("{:016x}", call.span_id())),
            _ => None,
        };
        own.as_deref() == Some(value) || self.fields.iter().any(|(n, v)| *n == name && v == value)
    }
}

impl LogSelection {
    pub(super) fn new(message: &str, pairs: &[(&str, &str)], lines: Vec<LogLine>, level: String) -> Self {
        let wanted: Vec<_> = pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let matches =
            |line: &LogLine| line.message.contains(message) && wanted.iter().all(|(n, v)| line.says(n, v));
        let (matching, others) = lines.into_iter().partition(matches);
        Self { message: message.into(), wanted, matching, others, level }
    }

    /// How many lines there are.
    pub fn count(&self) -> usize {
        self.matching.len()
    }

    /// The lines, in their order.
    pub fn lines(&self) -> &[LogLine] {
        &self.matching
    }
}

impl fmt::Display for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.level, self.target, self.message)?;
        self.fields.iter().try_for_each(|(name, value)| write!(f, " {name}={value:?}"))?;
        let scope = [("tenant", &self.tenant), ("camera", &self.camera), ("frame", &self.frame)];
        let mut before = " {";
        for (name, value) in scope {
            let Some(value) = value else { continue };
            write!(f, "{before}{name}={value}")?;
            before = " ";
        }
        if let Some(call) = &self.call {
            write!(f, "{before}trace_id={:032x} span_id={:016x}", call.trace_id(), call.span_id())?;
            before = " ";
        }
        f.write_str(if before == " " { "}" } else { "" })
    }
}

impl fmt::Display for LogSelection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wanted: Vec<String> = self.wanted.iter().map(|(n, v)| format!("{n}={v:?}")).collect();
        let count = self.count();
        writeln!(f, "lines with {:?} {{{}}}: {count}", self.message, wanted.join(", "))?;
        self.matching.iter().try_for_each(|line| writeln!(f, "  matches  {line}"))?;
        self.others.iter().try_for_each(|line| writeln!(f, "  differs  {line}"))?;
        if self.matching.is_empty() && self.others.is_empty() {
            writeln!(f, "  nothing was logged in a scope of this telemetry")?;
        }
        writeln!(f, "  (the log level is {:?}; set_log_level(\"debug\") keeps finer lines)", self.level)
    }
}

/// Asserts that lines were logged whose message contains a text: at least one, or as many as is said.
///
/// The pairs name fields, and `level`, `target`, `tenant`, `camera`, `frame`, `trace_id` and `span_id`.
///
/// ```
/// # use its_telemetry::{assert_log, testing::TestTelemetry};
/// let test = TestTelemetry::new();
/// test.scope("city-17", "junction-4").in_scope(|| tracing::warn!(frames = 3, "no light"));
/// assert_log!(test, "no light");
/// assert_log!(test, "no light", { level = "WARN", camera = "junction-4", frames = 3 } == 1);
/// assert_log!(test, "no frame" == 0);
/// ```
#[macro_export]
macro_rules! assert_log {
    ($test:expr, $message:expr, { $($name:ident = $value:expr),* $(,)? } $op:tt $expected:expr) => {{
        let selection = $test.select_logs($message, &[$((stringify!($name), &*$value.to_string())),*]);
        let expected: usize = $expected;
        assert!(selection.count() $op expected, "expected {} {expected} {selection}", stringify!($op));
    }};
    ($test:expr, $message:expr, { $($name:ident = $value:expr),* $(,)? }) => {
        $crate::assert_log!($test, $message, { $($name = $value),* } >= 1)
    };
    ($test:expr, $message:literal $op:tt $expected:expr) => {
        $crate::assert_log!($test, $message, {} $op $expected)
    };
    ($test:expr, $message:expr) => {
        $crate::assert_log!($test, $message, {} >= 1)
    };
}
