//! Durations as Prometheus writes them.

use std::time::Duration;

const UNITS: [(u128, &str); 5] =
    [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"), (1, "ms")];

/// Such as `5m`, `1h`, `3d` or `1h30m`, to the millisecond. A week is `7d`: `1w` reads worse and means the same.
pub(crate) fn promql(duration: Duration) -> String {
    let mut left = duration.as_millis();
    let mut text = String::new();
    for (unit, name) in UNITS {
        if left >= unit {
            text += &format!("{}{name}", left / unit);
            left %= unit;
        }
    }
    if text.is_empty() { "0s".into() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short_and_exact() {
        let text = |millis| promql(Duration::from_millis(millis));
        assert_eq!(text(300_000), "5m");
        assert_eq!(text(2_592_000_000), "30d");
        assert_eq!(text(5_400_000), "1h30m");
        assert_eq!(text(1_500), "1s500ms");
        assert_eq!(text(86_400_000), "1d");
        assert_eq!(text(0), "0s");
    }
}
