//! Where one signal goes, after code and environment have been put together.

use std::time::Duration;

use http::uri::{Scheme, Uri};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::env::pairs;
use super::{Environment, Otlp, Protocol};
use crate::trace::export::Signal;

const TIMEOUT: Duration = Duration::from_secs(10);

/// A checked target.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Target {
    pub(crate) protocol: Protocol,
    pub(crate) endpoint: String,
    pub(crate) headers: HeaderMap,
    pub(crate) timeout: Duration,
    pub(crate) gzip: bool,
}

impl Target {
    /// # Errors
    /// When the endpoint or a header from the code cannot be used.
    pub(crate) fn resolve(otlp: &Otlp, signal: Signal, env: &Environment) -> Result<Self, String> {
        let protocol = protocol(otlp, signal, env);
        let (endpoint, source) = endpoint(otlp, protocol, signal, env);
        check(&endpoint).map_err(|reason| format!("the endpoint {endpoint:?} ({source}) {reason}"))?;
        Ok(Self {
            protocol,
            headers: headers(otlp, signal, env)?,
            timeout: names(signal, "TIMEOUT")
                .iter()
                .find_map(|name| env.millis(name))
                .or(otlp.timeout)
                .unwrap_or(TIMEOUT),
            gzip: gzip(otlp, signal, env),
            endpoint,
        })
    }
}

/// The variable of the signal, then the one for all.
fn names(signal: Signal, setting: &str) -> [String; 2] {
    let signal = signal.as_str().to_ascii_uppercase();
    [format!("OTEL_EXPORTER_OTLP_{signal}_{setting}"), format!("OTEL_EXPORTER_OTLP_{setting}")]
}

fn protocol(otlp: &Otlp, signal: Signal, env: &Environment) -> Protocol {
    let known = names(signal, "PROTOCOL").iter().find_map(|name| match env.get(name)?.as_str() {
        "grpc" => Some(Protocol::Grpc),
        "http/protobuf" => Some(Protocol::Http),
        other => {
            env.ignore(name, other);
            None
        }
    });
    known.or(otlp.protocol).unwrap_or(Protocol::Http)
}

/// The endpoint, and who says so.
fn endpoint(otlp: &Otlp, protocol: Protocol, signal: Signal, env: &Environment) -> (String, String) {
    let names = names(signal, "ENDPOINT");
    let (base, source) = match env.first(&names) {
        // The endpoint of one signal over HTTP is used as it is.
        Some((name, value)) if name == names[0] && protocol == Protocol::Http => {
            return (value, format!("from {name}"));
        }
        Some((name, value)) => (value, format!("from {name}")),
        None => match (&otlp.endpoint, protocol) {
            (Some(endpoint), _) => (endpoint.clone(), "from the code".into()),
            (None, Protocol::Grpc) => ("http://localhost:4317".into(), "the default".into()),
            (None, Protocol::Http) => ("http://localhost:4318".into(), "the default".into()),
        },
    };
    match protocol {
        Protocol::Http => (format!("{}/v1/{}", base.trim_end_matches('/'), signal.as_str()), source),
        Protocol::Grpc if base.contains("://") => (base, source),
        // Only an endpoint without a scheme is a matter of this variable.
        Protocol::Grpc => {
            let insecure = self::names(signal, "INSECURE").iter().any(|name| env.flag(name));
            (format!("{}://{base}", if insecure { "http" } else { "https" }), source)
        }
    }
}

/// What is wrong with the endpoint, to be read after its name.
fn check(endpoint: &str) -> Result<(), &'static str> {
    let uri: Uri = endpoint.parse().map_err(|_| "is not a URL; write it like http://collector:4318")?;
    let host = uri.host().filter(|host| !host.is_empty());
    match uri.scheme() {
        _ if host.is_none() => Err("has no host; write it like http://collector:4318"),
        Some(scheme) if *scheme == Scheme::HTTP => Ok(()),
        Some(scheme) if *scheme == Scheme::HTTPS => Err(
            "asks for TLS, which is not built in; send to a collector or proxy beside the service that adds it",
        ),
        _ => Err("does not begin with http://"),
    }
}

fn headers(otlp: &Otlp, signal: Signal, env: &Environment) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for (name, value) in &otlp.headers {
        let pair = (HeaderName::try_from(name), HeaderValue::try_from(value));
        let (Ok(key), Ok(mut value)) = pair else {
            return Err(format!("the header {name:?} is not valid"));
        };
        value.set_sensitive(true);
        headers.insert(key, value);
    }
    let names = names(signal, "HEADERS");
    if let Some((variable, text)) = env.first(&names) {
        for (name, value) in pairs(&text) {
            match (HeaderName::try_from(&name), HeaderValue::try_from(&value)) {
                (Ok(key), Ok(mut value)) => {
                    value.set_sensitive(true);
                    headers.insert(key, value);
                }
                // The value may be a secret.
                _ => env.ignore(variable, &name),
            }
        }
    }
    Ok(headers)
}

fn gzip(otlp: &Otlp, signal: Signal, env: &Environment) -> bool {
    let known = names(signal, "COMPRESSION").iter().find_map(|name| match env.get(name)?.as_str() {
        "gzip" => Some(true),
        "none" => Some(false),
        other => {
            env.ignore(name, other);
            None
        }
    });
    known.unwrap_or(otlp.gzip)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(variables: &'static [(&'static str, &'static str)]) -> Environment {
        Environment::of(|name| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    fn of(otlp: &Otlp, signal: Signal, variables: &'static [(&'static str, &'static str)]) -> Target {
        Target::resolve(otlp, signal, &env(variables)).expect("a target")
    }

    #[test]
    fn the_default_is_the_collector_beside_us() {
        let target = of(&Otlp::new(), Signal::Logs, &[]);
        assert_eq!(target.endpoint, "http://localhost:4318/v1/logs");
        assert_eq!((target.protocol, target.timeout, target.gzip), (Protocol::Http, TIMEOUT, false));
    }

    #[test]
    fn the_environment_overrides_the_code() {
        let code = Otlp::grpc("http://a:1").header("x", "code").header("y", "code").timeout(TIMEOUT * 2);
        assert_eq!(of(&code, Signal::Traces, &[]).endpoint, "http://a:1");
        let target = of(
            &code,
            Signal::Traces,
            &[
                ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://b:2/base/"),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
                ("OTEL_EXPORTER_OTLP_HEADERS", "x=env%21"),
                ("OTEL_EXPORTER_OTLP_TIMEOUT", "1500"),
                ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
            ],
        );
        assert_eq!(target.endpoint, "http://b:2/base/v1/traces");
        assert_eq!(target.protocol, Protocol::Http);
        assert_eq!(
            (&target.headers["x"], &target.headers["y"]),
            (&"env!".parse().unwrap(), &"code".parse().unwrap())
        );
        assert_eq!(target.timeout, Duration::from_millis(1500));
        assert!(target.gzip);
    }

    #[test]
    fn a_signal_has_variables_of_its_own() {
        let variables = &[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://all:4318"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://traces:1/path"),
            ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "metrics:2"),
            ("OTEL_EXPORTER_OTLP_INSECURE", "true"),
        ];
        assert_eq!(of(&Otlp::new(), Signal::Traces, variables).endpoint, "http://traces:1/path");
        assert_eq!(of(&Otlp::new(), Signal::Logs, variables).endpoint, "http://all:4318/v1/logs");
        assert_eq!(of(&Otlp::new(), Signal::Metrics, variables).endpoint, "http://metrics:2");
    }

    #[test]
    fn nonsense_in_the_environment_is_ignored() {
        let env = env(&[
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "smoke"),
            ("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "a b=secret"),
        ]);
        let target = Target::resolve(&Otlp::grpc("http://a:1").gzip(), Signal::Logs, &env).expect("a target");
        assert_eq!((target.protocol, target.gzip), (Protocol::Grpc, true));
        let ignored = env.ignored().join(" ");
        assert_eq!(env.ignored().len(), 3, "{ignored}");
        assert!(!ignored.contains("secret"));
    }

    #[test]
    fn an_endpoint_that_cannot_work_is_an_error() {
        let error = |otlp: Otlp| Target::resolve(&otlp, Signal::Traces, &env(&[])).unwrap_err();
        assert!(error(Otlp::grpc("http://")).contains("from the code"));
        assert!(error(Otlp::http("collector:4318")).contains("http://"));
        assert!(error(Otlp::http("ftp://collector")).contains("does not begin"));
        assert!(error(Otlp::grpc("https://collector:4317")).contains("TLS"));
        assert!(error(Otlp::http("http://a:1").header("a b", "c")).contains("header"));
        let named = env(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "no url at all")]);
        let named = Target::resolve(&Otlp::new(), Signal::Traces, &named).unwrap_err();
        assert!(named.contains("OTEL_EXPORTER_OTLP_ENDPOINT"), "{named}");
    }
}
