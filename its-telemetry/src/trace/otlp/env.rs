//! The environment variables of OpenTelemetry, read once when a telemetry is built.

use std::cell::RefCell;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

type Read = dyn Fn(&str) -> Option<String> + Send + Sync;

/// Where variables are read from. As OpenTelemetry asks, an empty one counts as unset, and one that makes no sense is
/// reported and ignored.
pub(crate) struct Environment {
    read: Box<Read>,
    ignored: RefCell<Vec<String>>,
}

impl Environment {
    pub(crate) fn of_process() -> Self {
        Self::of(|name| std::env::var(name).ok())
    }

    pub(crate) fn empty() -> Self {
        Self::of(|_| None)
    }

    pub(crate) fn of(read: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self { read: Box::new(read), ignored: RefCell::default() }
    }

    pub(crate) fn get(&self, name: &str) -> Option<String> {
        (self.read)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// The first of the variables that is set, with its name.
    pub(crate) fn first<'n>(&self, names: &'n [String]) -> Option<(&'n str, String)> {
        names.iter().find_map(|name| Some((name.as_str(), self.get(name)?)))
    }

    pub(crate) fn parse<T: FromStr>(&self, name: &str) -> Option<T> {
        let value = self.get(name)?;
        let parsed = value.parse().ok();
        if parsed.is_none() {
            self.ignore(name, &value);
        }
        parsed
    }

    /// A number of milliseconds.
    pub(crate) fn millis(&self, name: &str) -> Option<Duration> {
        self.parse(name).map(Duration::from_millis)
    }

    /// `true` in any case; anything else is false.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    pub(crate) fn ignore(&self, name: &str, value: &str) {
        self.ignored.borrow_mut().push(format!("{name}={value:?}"));
    }

    /// Reports what was ignored, once there is somebody to hear it.
    pub(crate) fn report_ignored(&self) {
        for variable in self.ignored.borrow_mut().drain(..) {
            tracing::warn!(target: "its_telemetry", variable, "environment variable ignored: not a value we know");
        }
    }

    #[cfg(test)]
    pub(crate) fn ignored(&self) -> Vec<String> {
        self.ignored.borrow().clone()
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment").finish_non_exhaustive()
    }
}

/// `key=value` pairs separated by commas, values percent-encoded, as in `OTEL_EXPORTER_OTLP_HEADERS` and
/// `OTEL_RESOURCE_ATTRIBUTES`. What is no pair is left out.
pub(crate) fn pairs(text: &str) -> impl Iterator<Item = (String, String)> {
    text.split(',').filter_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        let value = percent_encoding::percent_decode_str(value.trim()).decode_utf8().ok()?;
        let key = key.trim();
        (!key.is_empty()).then(|| (key.to_owned(), value.into_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_is_reported_and_ignored() {
        let env = Environment::of(|name| {
            let value = match name {
                "OTEL_A" => " 250 ",
                "OTEL_B" => "soon",
                "OTEL_C" => "TRUE",
                "OTEL_D" => " ",
                _ => return None,
            };
            Some(value.into())
        });
        assert_eq!(env.millis("OTEL_A"), Some(Duration::from_millis(250)));
        assert_eq!(env.millis("OTEL_B"), None);
        assert!(env.flag("OTEL_C") && !env.flag("OTEL_A"));
        assert_eq!(env.get("OTEL_D"), None);
        assert_eq!(env.first(&["OTEL_X".into(), "OTEL_A".into()]), Some(("OTEL_A", "250".into())));
        assert_eq!(env.ignored(), ["OTEL_B=\"soon\""]);
    }

    #[test]
    fn pairs_are_percent_decoded() {
        let text = "authorization=Basic%20eA%3D%3D, x = 1,broken,=empty,k=";
        let read: Vec<_> = pairs(text).collect();
        let expected = [("authorization", "Basic eA=="), ("x", "1"), ("k", "")];
        assert_eq!(read, expected.map(|(k, v)| (k.to_owned(), v.to_owned())));
    }
}
