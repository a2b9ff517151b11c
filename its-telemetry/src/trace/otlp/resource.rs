//! What the telemetry belongs to: the service, its version and this process of it.

use opentelemetry::KeyValue;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::resource::TelemetryResourceDetector;

use super::Environment;
use super::env::pairs;
use crate::core::Settings;
use crate::scope::Identity;

/// The resource of the service. `OTEL_RESOURCE_ATTRIBUTES` overrides the code, `OTEL_SERVICE_NAME` overrides both.
pub(crate) fn resource(settings: &Settings, env: &Environment) -> Resource {
    let mut attributes = vec![
        KeyValue::new("service.name", settings.service.to_string()),
        // Replicas that push metrics would overwrite each other without it.
        KeyValue::new("service.instance.id", instance_id()),
    ];
    if !settings.service_version.is_empty() {
        attributes.push(KeyValue::new("service.version", settings.service_version.to_string()));
    }
    let given = env.get("OTEL_RESOURCE_ATTRIBUTES");
    attributes
        .extend(pairs(given.as_deref().unwrap_or_default()).map(|(key, value)| KeyValue::new(key, value)));
    attributes.extend(env.get("OTEL_SERVICE_NAME").map(|name| KeyValue::new("service.name", name)));
    Resource::builder_empty()
        .with_detector(Box::new(TelemetryResourceDetector))
        .with_attributes(attributes)
        .build()
}

/// A random UUID, version 4.
fn instance_id() -> String {
    let random = Identity::root(|_| false).trace;
    let version = random & !(0xf << 76) | (0x4 << 76);
    let uuid = version & !(0x3 << 62) | (0x2 << 62);
    let hex = format!("{uuid:032x}");
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_has_an_id_of_its_own() {
        let (one, other) = (instance_id(), instance_id());
        assert_ne!(one, other);
        assert_eq!((one.len(), one.as_bytes()[14]), (36, b'4'), "{one}");
        assert!(b"89ab".contains(&one.as_bytes()[19]), "{one}");
    }
}
