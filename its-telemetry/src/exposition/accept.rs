//! Which format a client wants: the header `Accept`, by RFC 9110, section 12.5.1.

use std::cmp::Reverse;

use super::format::Format;

/// The format to answer in. Text, when the header is absent, cannot be understood or names nothing we have.
///
/// The quality of a format is that of the most specific range it falls under. Of formats of equal quality the one that
/// was named more exactly wins, then the one that was named first.
pub(crate) fn negotiate(accept: Option<&str>) -> Format {
    let ranges: Vec<Range<'_>> = split(accept.unwrap_or_default(), ',').filter_map(Range::parse).collect();
    let rated = Format::ALL.into_iter().enumerate().filter_map(|(preference, format)| {
        let fits =
            ranges.iter().enumerate().filter_map(|(at, range)| Some((range.fit(format)?, Reverse(at))));
        let (fit, Reverse(at)) = fits.max()?;
        let quality = ranges[at].quality;
        (quality > 0).then_some(((quality, fit.min(NAMED), Reverse(at), Reverse(preference)), format))
    });
    rated.max_by_key(|(rank, _)| *rank).map_or(Format::Text, |(_, format)| format)
}

/// How exactly a range names a format: not at all, by its type, by type and subtype; more for each parameter.
const ANYTHING: usize = 0;
const ANY_OF_TYPE: usize = 1;
const NAMED: usize = 2;

/// One media range of the header.
#[derive(Debug)]
struct Range<'a> {
    main: &'a str,
    sub: &'a str,
    parameters: Vec<(&'a str, &'a str)>,
    /// In thousandths.
    quality: u16,
}

impl<'a> Range<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut parts = split(text, ';');
        let (main, sub) = parts.next()?.split_once('/')?;
        let (main, sub) = (main.trim(), sub.trim());
        if main.is_empty() || sub.is_empty() || (main == "*" && sub != "*") {
            return None;
        }
        let mut range = Self { main, sub, parameters: Vec::new(), quality: 1000 };
        for part in parts.map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=')?;
            let (name, value) = (name.trim(), value.trim().trim_matches('"'));
            if name.eq_ignore_ascii_case("q") {
                range.quality = quality(value)?;
            } else {
                range.parameters.push((name, value));
            }
        }
        Some(range)
    }

    /// How exactly the range names `format`; `None` when it does not cover it. Parameters that say nothing about the
    /// format (`charset`, `escaping`) do not matter.
    fn fit(&self, format: Format) -> Option<usize> {
        let (main, sub, parameters) = format.media_type();
        if self.main == "*" {
            return Some(ANYTHING);
        }
        if !self.main.eq_ignore_ascii_case(main) {
            return None;
        }
        if self.sub == "*" {
            return Some(ANY_OF_TYPE);
        }
        if !self.sub.eq_ignore_ascii_case(sub) {
            return None;
        }
        let mut fit = NAMED;
        for (name, value) in &self.parameters {
            if let Some((_, ours)) = parameters.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
                if !ours.eq_ignore_ascii_case(value) {
                    return None;
                }
                fit += 1;
            }
        }
        Some(fit)
    }
}

/// `0` to `1` with at most three digits after the point, in thousandths.
pub(super) fn quality(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || fraction.len() > 3 || !matches!(whole, "0" | "1") {
        return None;
    }
    let thousandths = format!("{whole}{fraction:0<3}").parse().ok()?;
    (thousandths <= 1000).then_some(thousandths)
}

/// The parts between separators that are not inside quotes.
pub(super) fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |c| {
        let separates = c == separator && !quoted;
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && quoted && !escaped;
        separates
    })
    .map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PROTOBUF: &str =
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

    #[test]
    fn what_scrapers_send() {
        let table = [
            // Prometheus 2.42, and with native histograms.
            (
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,\
                 text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                Format::OpenMetrics,
            ),
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,\
                 application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,\
                 text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                Format::Protobuf,
            ),
            // Prometheus 3, and with native histograms.
            (
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,\
                 application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,\
                 text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
                Format::OpenMetrics,
            ),
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;\
                 escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,\
                 text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
                Format::Protobuf,
            ),
            // Prometheus before 2.5, a browser, curl.
            (
                "application/vnd.google.protobuf;proto=x;encoding=delimited;q=0.7,text/plain;version=0.0.4;q=0.3,*/*;q=0.1",
                Format::Text,
            ),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Format::Text),
            ("*/*", Format::Text),
        ];
        for (accept, format) in table {
            assert_eq!(negotiate(Some(accept)), format, "{accept}");
        }
        assert_eq!(negotiate(None), Format::Text);
        assert_eq!(negotiate(Some(PROTOBUF)), Format::Protobuf);
    }

    #[test]
    fn quality_and_exactness_decide() {
        let table = [
            ("application/openmetrics-text", Format::OpenMetrics),
            ("application/openmetrics-text; version=0.0.1", Format::OpenMetrics001),
            ("application/openmetrics-text; version=2.0.0", Format::Text),
            ("APPLICATION/OpenMetrics-Text; Version=\"1.0.0\"; CHARSET=utf-8", Format::OpenMetrics),
            ("application/*", Format::OpenMetrics),
            ("text/*;q=0.1, application/*;q=0.2", Format::OpenMetrics),
            ("*/*, application/openmetrics-text", Format::OpenMetrics),
            ("text/plain, application/openmetrics-text", Format::Text),
            ("application/openmetrics-text, text/plain;version=0.0.4", Format::OpenMetrics),
            ("text/plain;q=0.5, application/openmetrics-text;q=0.4", Format::Text),
            // The range that names it is the one that counts, whatever `*/*` says.
            ("application/openmetrics-text;q=0.1, */*;q=0.9", Format::Text),
            ("text/plain;q=0, */*", Format::OpenMetrics),
            ("text/plain;q=0, application/*;q=0, */*;q=0", Format::Text),
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text",
                Format::Text,
            ),
            ("application/vnd.google.protobuf", Format::Protobuf),
        ];
        for (accept, format) in table {
            assert_eq!(negotiate(Some(accept)), format, "{accept}");
        }
    }

    #[test]
    fn what_cannot_be_understood_is_left_out() {
        let table = [
            ("", Format::Text),
            (";;;,,,/", Format::Text),
            ("*/openmetrics-text", Format::Text),
            ("image/png", Format::Text),
            ("application/openmetrics-text;q=high", Format::Text),
            ("application/openmetrics-text;q=1.5", Format::Text),
            ("application/openmetrics-text;version", Format::Text),
            ("nonsense, application/openmetrics-text;q=0.001", Format::OpenMetrics),
            ("text/plain;note=\"a,b;q=0\", application/openmetrics-text;q=0.9", Format::Text),
            ("text/plain;note=\"a\\\",\";q=0.1, application/openmetrics-text;q=0.9", Format::OpenMetrics),
        ];
        for (accept, format) in table {
            assert_eq!(negotiate(Some(accept)), format, "{accept}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fail(accept in "[ -~]{0,80}|[*/;,q=\"\\\\0-9.a ]{0,40}") {
            negotiate(Some(&accept));
        }
    }
}
