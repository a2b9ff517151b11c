//! Durations as Prometheus writes them: `5m`, `1h30m`, `30d`, `100ms`.
//!
//! ```
//! use std::time::Duration;
//! use its_slo::duration;
//!
//! assert_eq!(duration::parse("1h30m"), Ok(Duration::from_secs(5_400)));
//! assert_eq!(duration::write(Duration::from_millis(100)), "100ms");
//! ```

use std::time::Duration;

use jiff::fmt::friendly::{Designator, Spacing, SpanParser, SpanPrinter};
use jiff::{Span, SpanRelativeTo};

static PARSER: SpanParser = SpanParser::new();
static PRINTER: SpanPrinter = SpanPrinter::new().designator(Designator::Compact).spacing(Spacing::None);

/// Reads a duration. A day has 24 hours, a week seven days; a month has no length.
///
/// # Errors
/// When it is none; the message says how one is written.
pub fn parse(text: &str) -> Result<Duration, String> {
    let wrong =
        || format!("{text:?} is no duration; write a number and its unit, such as 100ms, 5m, 1h30m or 30d");
    let span = PARSER.parse_span(text.trim()).map_err(|_| wrong())?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| wrong())?;
    Duration::try_from(duration).map_err(|_| wrong())
}

/// Writes a duration, to the nanosecond.
pub fn write(duration: Duration) -> String {
    let (seconds, nanos) = (duration.as_secs() as i64, i64::from(duration.subsec_nanos()));
    let span = Span::new()
        .try_days(seconds / 86_400)
        .and_then(|span| span.try_hours(seconds % 86_400 / 3_600))
        .and_then(|span| span.try_minutes(seconds % 3_600 / 60))
        .and_then(|span| span.try_seconds(seconds % 60))
        .and_then(|span| span.try_milliseconds(nanos / 1_000_000))
        .and_then(|span| span.try_microseconds(nanos % 1_000_000 / 1_000))
        .and_then(|span| span.try_nanoseconds(nanos % 1_000));
    span.map_or_else(|_| format!("{seconds}s"), |span| PRINTER.span_to_string(&span))
}

/// For Prometheus, which knows nothing shorter than a millisecond.
#[cfg(feature = "rules")]
pub(crate) fn promql(duration: Duration) -> String {
    write(Duration::from_millis(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(feature = "rules")]
    fn prometheus_counts_in_milliseconds() {
        for (micros, text) in [
            (300_000_000, "5m"),
            (2_592_000_000_000, "30d"),
            (5_400_000_000, "1h30m"),
            (1_500_900, "1s500ms"),
            (86_400_000_000, "1d"),
            (900, "0s"),
        ] {
            assert_eq!(promql(Duration::from_micros(micros)), text);
        }
    }

    #[test]
    fn durations_are_read_and_written_as_prometheus_does() {
        for (text, nanos) in [
            ("100ms", 100_000_000_u64),
            ("5m", 300_000_000_000),
            ("1h30m", 5_400_000_000_000),
            ("30d", 2_592_000_000_000_000),
            ("1s500ms", 1_500_000_000),
            ("250us", 250_000),
            ("0s", 0),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_nanos(nanos)), "{text}");
            assert_eq!(write(Duration::from_nanos(nanos)).replace('µ', "u"), text);
        }
        assert_eq!(parse("1w"), Ok(Duration::from_secs(7 * 86_400)));
        for text in ["", "5", "5 parsecs", "-5m", "5m ago", "1mo", "1y", "P1D"] {
            assert!(parse(text).is_err_and(|message| message.contains("such as 100ms")), "{text}");
        }
    }
}
