//! Numbers for people.

use std::time::Duration;

use its_slo::duration;

/// Such as `99.9 %`.
pub(crate) fn percent(ratio: f64) -> String {
    format!("{} %", significant(ratio * 100.0))
}

/// Four digits that matter, and no zeros at the end.
pub(crate) fn significant(number: f64) -> String {
    if number == 0.0 || !number.is_finite() {
        return number.to_string();
    }
    let digits = 3 - number.abs().log10().floor() as i32;
    // 99.999 % is not 100 %.
    let digits = if (99.0..100.0).contains(&number.abs()) { 4 } else { digits };
    let scale = 10_f64.powi(digits);
    let rounded = (number * scale).round() / scale;
    let text = format!("{rounded:.*}", digits.max(0) as usize);
    if digits > 0 { text.trim_end_matches('0').trim_end_matches('.').into() } else { text }
}

/// Such as `129600`; a part of an event is left out.
pub(crate) fn count(number: f64) -> String {
    format!("{number:.0}")
}

/// To the second from a minute up, else to the millisecond.
pub(crate) fn time(time: Duration) -> String {
    let precise =
        if time >= Duration::from_secs(60) { Duration::from_secs(1) } else { Duration::from_millis(1) };
    let nanos = precise.as_nanos();
    let rounded = (time.as_nanos() + nanos / 2) / nanos * nanos;
    duration::write(Duration::from_nanos(u64::try_from(rounded).unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_that_matter() {
        let table = [
            (0.0, "0"),
            (14.4, "14.4"),
            (0.933333333, "0.9333"),
            (144_000.0, "144000"),
            (1_000.0, "1000"),
            (1_234_567.0, "1235000"),
            (99.999, "99.999"),
            (99.9, "99.9"),
            (100.0, "100"),
            (-384.96, "-385"),
            (0.000_123_456, "0.0001235"),
        ];
        for (number, text) in table {
            assert_eq!(significant(number), text);
        }
        assert_eq!(percent(0.999), "99.9 %");
        assert_eq!(time(Duration::from_nanos(51_840_000_001)), "51s840ms");
        assert_eq!(time(Duration::from_millis(129_600)), "2m10s");
    }
}
