//! Numbers as people read them, always with their unit.

/// What stands where there is nothing to show.
pub(super) const NONE: &str = "–";

/// A space that never breaks a number from its unit.
const NBSP: char = '\u{a0}';

/// About three digits: `0.123`, `1.23`, `12.3`, `123`, `12,345`.
fn digits(n: f64) -> String {
    let size = n.abs();
    match size {
        _ if !n.is_finite() => NONE.into(),
        _ if size >= 99.95 => grouped(n.round()),
        _ if size >= 9.995 => format!("{n:.1}"),
        _ if size >= 0.9995 => format!("{n:.2}"),
        _ => format!("{n:.3}"),
    }
}

/// A whole number with its thousands apart: `1,234,567`.
pub(super) fn grouped(n: f64) -> String {
    if !n.is_finite() {
        return NONE.into();
    }
    let plain = format!("{:.0}", n.abs());
    let mut text = String::new();
    for (at, digit) in plain.chars().enumerate() {
        if at > 0 && (plain.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if n < 0.0 && plain != "0" { format!("-{text}") } else { text }
}

fn with_unit(n: f64, unit: &str) -> String {
    format!("{}{NBSP}{unit}", digits(n))
}

/// Two digits behind the point where that is worth something: `0.93`, `6.60`, `12.3`, `123`.
fn two_places(n: f64) -> String {
    if n < 9.995 { format!("{n:.2}") } else { digits(n) }
}

/// Something a second: `12.3/s`. A rate too small to see is not shown as none.
pub(super) fn rate(per_second: Option<f64>) -> String {
    match per_second {
        Some(0.0) => "0/s".into(),
        Some(rate) if rate > 0.0 && rate < 0.01 => "<0.01/s".into(),
        Some(rate) if rate.is_finite() => format!("{}/s", two_places(rate)),
        _ => NONE.into(),
    }
}

/// Frames a second: `24.9`.
pub(super) fn fps(per_second: Option<f64>) -> String {
    per_second.filter(|fps| fps.is_finite()).map_or_else(
        || NONE.into(),
        |fps| {
            if fps >= 99.95 { grouped(fps) } else { format!("{fps:.1}") }
        },
    )
}

/// Bytes a second, in powers of a thousand: `1.25 MB/s`.
pub(super) fn bytes_rate(per_second: Option<f64>) -> String {
    let Some(rate) = per_second.filter(|rate| rate.is_finite()) else { return NONE.into() };
    if rate < 1.0 {
        return format!("{}{NBSP}B/s", if rate > 0.0 { "<1" } else { "0" });
    }
    let units = [(999_500_000.0, 1e9, "GB/s"), (999_500.0, 1e6, "MB/s"), (999.5, 1e3, "kB/s")];
    match units.into_iter().find(|(from, ..)| rate >= *from) {
        Some((_, scale, unit)) => with_unit(rate / scale, unit),
        None => format!("{rate:.0}{NBSP}B/s"),
    }
}

/// A share: `0.12 %`. A share too small to see is not shown as none.
pub(super) fn percent(ratio: Option<f64>) -> String {
    match ratio.map(|ratio| ratio * 100.0) {
        Some(0.0) => format!("0{NBSP}%"),
        Some(100.0) => format!("100{NBSP}%"),
        Some(p) if p > 0.0 && p < 0.01 => format!("<0.01{NBSP}%"),
        Some(p) if p > 99.9 && p < 100.0 => format!(">99.9{NBSP}%"),
        Some(p) if p.is_finite() => format!("{}{NBSP}%", two_places(p)),
        _ => NONE.into(),
    }
}

/// Memory in use of what there is, in powers of 1024: `20.0 / 80.0 GiB`.
#[cfg(feature = "gpu")]
pub(super) fn of_bytes(used: Option<f64>, limit: Option<f64>) -> String {
    let gib = |bytes: f64| format!("{:.1}", bytes / f64::from(1 << 30));
    match (used, limit) {
        (Some(used), Some(limit)) => format!("{}{NBSP}/{NBSP}{}{NBSP}GiB", gib(used), gib(limit)),
        (Some(bytes), None) | (None, Some(bytes)) => format!("{}{NBSP}GiB", gib(bytes)),
        (None, None) => NONE.into(),
    }
}

/// Power drawn of what may be drawn: `412 / 700 W`.
#[cfg(feature = "gpu")]
pub(super) fn of_watts(drawn: Option<f64>, limit: Option<f64>) -> String {
    match (drawn, limit) {
        (Some(drawn), Some(limit)) => format!("{drawn:.0}{NBSP}/{NBSP}{limit:.0}{NBSP}W"),
        (Some(drawn), None) => format!("{drawn:.0}{NBSP}W"),
        _ => NONE.into(),
    }
}

/// A temperature: `54 °C`.
#[cfg(feature = "gpu")]
pub(super) fn celsius(degrees: Option<f64>) -> String {
    degrees.map_or_else(|| NONE.into(), |degrees| format!("{degrees:.0}{NBSP}°C"))
}

/// A ratio that somebody has set, with as many digits as it has: `1 %`, `0.05 %`.
pub(super) fn exact_percent(ratio: f64) -> String {
    format!("{}{NBSP}%", percent_number(ratio))
}

/// A ratio in percent, rid of what binary fractions add.
pub(super) fn percent_number(ratio: f64) -> f64 {
    (ratio * 1e8).round() / 1e6
}

/// How long something took: `85 µs`, `12.3 ms`, `1.25 s`.
pub(super) fn seconds(seconds: Option<f64>) -> String {
    match seconds {
        Some(s) if !s.is_finite() || s < 0.0 => NONE.into(),
        Some(s) if s < 0.000_999_5 => format!("{:.0}{NBSP}µs", s * 1e6),
        Some(s) if s < 0.9995 => with_unit(s * 1e3, "ms"),
        Some(s) if s < 119.5 => with_unit(s, "s"),
        Some(s) => span(s),
        None => NONE.into(),
    }
}

/// The bound of a bucket, which is a round number: `1 ms`, `2.5 s`.
pub(super) fn bound(seconds: f64) -> String {
    let (n, unit) = if seconds < 1.0 { (seconds * 1e3, "ms") } else { (seconds, "s") };
    let text = format!("{n:.3}");
    format!("{}{NBSP}{unit}", text.trim_end_matches('0').trim_end_matches('.'))
}

/// A long time in its two largest units: `3 d 4 h`, `12 min 5 s`.
pub(super) fn span(seconds: f64) -> String {
    let s = seconds.max(0.0) as u64;
    let (days, hours, minutes) = (s / 86_400, s / 3_600 % 24, s / 60 % 60);
    match s {
        86_400.. => format!("{days}{NBSP}d {hours}{NBSP}h"),
        3_600.. => format!("{hours}{NBSP}h {minutes}{NBSP}min"),
        60.. => format!("{minutes}{NBSP}min {}{NBSP}s", s % 60),
        _ => format!("{s}{NBSP}s"),
    }
}

/// How long a window is, to the next few seconds: `5 min`, `1 min 20 s`.
pub(super) fn window(seconds: f64) -> String {
    let near = (seconds / 60.0).round();
    if near >= 1.0 && (seconds - near * 60.0).abs() <= 6.0 {
        return format!("{near}{NBSP}min");
    }
    span(seconds)
}

/// How long ago something was: `now`, `12 s ago`, `3 min ago`.
pub(super) fn ago(seconds: f64) -> String {
    let s = seconds.max(0.0) as u64;
    match s {
        0 => "now".into(),
        86_400.. => format!("{}{NBSP}d ago", s / 86_400),
        7_200.. => format!("{}{NBSP}h ago", s / 3_600),
        120.. => format!("{}{NBSP}min ago", s / 60),
        _ => format!("{s}{NBSP}s ago"),
    }
}

/// A point in time as `2026-11-22T19:45:02Z`, from seconds since the Unix epoch.
pub(super) fn utc(unix_seconds: f64) -> String {
    let seconds = unix_seconds.max(0.0) as u64;
    let (days, of_day) = (seconds / 86_400, seconds % 86_400);
    // Howard Hinnant, "chrono-compatible low-level date algorithms": years that begin in March.
    let z = days + 719_468;
    let (era, day_of_era) = (z / 146_097, z % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: String) -> String {
        text.replace(NBSP, " ")
    }

    #[test]
    fn numbers_have_about_three_digits() {
        for (n, text) in
            [(0.1234, "0.123"), (0.9996, "1.00"), (1.234, "1.23"), (9.996, "10.0"), (12.34, "12.3")]
        {
            assert_eq!(digits(n), text);
        }
        assert_eq!(digits(99.96), "100");
        assert_eq!(digits(12_345.6), "12,346");
        assert_eq!(digits(f64::NAN), NONE);
        assert_eq!(grouped(1_234_567.0), "1,234,567");
        assert_eq!(grouped(999.0), "999");
        assert_eq!(grouped(-1_000.0), "-1,000");
    }

    #[test]
    fn rates_and_shares_do_not_hide_what_is_small() {
        assert_eq!(rate(Some(0.0)), "0/s");
        assert_eq!(rate(Some(0.001)), "<0.01/s");
        assert_eq!(rate(Some(0.931)), "0.93/s");
        assert_eq!(rate(Some(6.6)), "6.60/s");
        assert_eq!(rate(Some(12.0)), "12.0/s");
        assert_eq!(rate(Some(100.0)), "100/s");
        assert_eq!(rate(Some(12_345.0)), "12,345/s");
        assert_eq!(rate(None), NONE);
        assert_eq!(plain(exact_percent(0.01)), "1 %");
        assert_eq!(plain(exact_percent(0.000_123)), "0.0123 %");
        for (ratio, text) in [
            (0.0, "0 %"),
            (0.000_01, "<0.01 %"),
            (0.001, "0.10 %"),
            (0.0123, "1.23 %"),
            (0.5, "50.0 %"),
            (0.999_99, ">99.9 %"),
            (1.0, "100 %"),
        ] {
            assert_eq!(plain(percent(Some(ratio))), text);
        }
    }

    #[test]
    fn units_follow_the_size() {
        for (s, text) in [
            (0.0, "0 µs"),
            (0.000_085, "85 µs"),
            (0.001, "1.00 ms"),
            (0.0123, "12.3 ms"),
            (0.123, "123 ms"),
            (1.25, "1.25 s"),
            (125.0, "2 min 5 s"),
        ] {
            assert_eq!(plain(seconds(Some(s))), text);
        }
        for (bytes, text) in [
            (0.0, "0 B/s"),
            (0.4, "<1 B/s"),
            (999.0, "999 B/s"),
            (1_500.0, "1.50 kB/s"),
            (999_600.0, "1.00 MB/s"),
            (1_250_000.0, "1.25 MB/s"),
            (116e6, "116 MB/s"),
            (2.5e9, "2.50 GB/s"),
        ] {
            assert_eq!(plain(bytes_rate(Some(bytes))), text);
        }
        assert_eq!(fps(Some(24.96)), "25.0");
        assert_eq!(fps(None), NONE);
    }

    #[test]
    fn times_are_short() {
        assert_eq!(plain(span(59.9)), "59 s");
        assert_eq!(plain(span(725.0)), "12 min 5 s");
        assert_eq!(plain(span(11_520.0)), "3 h 12 min");
        assert_eq!(plain(span(273_600.0)), "3 d 4 h");
        assert_eq!(plain(window(304.9)), "5 min");
        assert_eq!(plain(window(62.0)), "1 min");
        assert_eq!(plain(window(80.0)), "1 min 20 s");
        assert_eq!(plain(window(3.2)), "3 s");
        assert_eq!(plain(ago(0.4)), "now");
        assert_eq!(plain(ago(119.0)), "119 s ago");
        assert_eq!(plain(ago(180.0)), "3 min ago");
        assert_eq!(plain(ago(90_000.0)), "1 d ago");
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(utc(0.0), "1970-01-01T00:00:00Z");
        assert_eq!(utc(951_782_400.0), "2000-02-29T00:00:00Z");
        assert_eq!(utc(1_735_689_599.0), "2024-12-31T23:59:59Z");
        assert_eq!(utc(1_795_376_702.0), "2026-11-22T19:45:02Z");
        assert_eq!(utc(4_107_542_400.0), "2100-03-01T00:00:00Z");
    }
}
