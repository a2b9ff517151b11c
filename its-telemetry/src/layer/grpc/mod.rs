//! What gRPC says in the head of a request.

use std::time::Duration;

use http::HeaderMap;

use super::server::nanos;

/// Longer methods are not ours.
const LONGEST: usize = 256;

/// `package.Service/Method`, if the path has that form.
pub(super) fn method(path: &str) -> Option<&str> {
    let method = path.strip_prefix('/')?;
    let (service, name) = method.split_once('/')?;
    let part = |part: &str| {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.');
        !part.is_empty() && part.bytes().all(allowed)
    };
    (method.len() <= LONGEST && part(service) && part(name)).then_some(method)
}

/// Nanoseconds that the caller waits, from `grpc-timeout`: up to eight digits and a unit.
/// <https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md>
pub(super) fn timeout(headers: &HeaderMap) -> Option<u64> {
    let value = headers.get("grpc-timeout")?.to_str().ok()?;
    let (number, unit) = value.split_at_checked(value.len().checked_sub(1)?)?;
    if number.is_empty() || number.len() > 8 || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = number.parse().ok()?;
    Some(nanos(match unit {
        "H" => Duration::from_secs(number * 3_600),
        "M" => Duration::from_secs(number * 60),
        "S" => Duration::from_secs(number),
        "m" => Duration::from_millis(number),
        "u" => Duration::from_micros(number),
        "n" => Duration::from_nanos(number),
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn only_paths_of_the_protocol_are_methods() {
        assert_eq!(method("/its.v1.Frames/Analyse"), Some("its.v1.Frames/Analyse"));
        let long = format!("/a/{}", "b".repeat(LONGEST));
        for path in
            ["", "/", "/a", "/a/", "//a", "/a/b/c", "a/b", "/a b/c", "/a/b\"", "/../etc/passwd", &long]
        {
            assert_eq!(method(path), None, "{path}");
        }
    }

    #[test]
    fn timeouts_are_read_as_the_protocol_has_them() {
        let read = |value: &'static str| {
            timeout(&HeaderMap::from_iter([(
                http::HeaderName::from_static("grpc-timeout"),
                HeaderValue::from_static(value),
            )]))
        };
        assert_eq!(read("250m"), Some(250_000_000));
        assert_eq!(read("1S"), Some(1_000_000_000));
        assert_eq!(read("2M"), Some(120_000_000_000));
        assert_eq!(read("7u"), Some(7_000));
        assert_eq!(read("99999999H"), Some(u64::MAX));
        for wrong in ["", "m", "1", "1s", "+1S", "-1S", "123456789S", "1.5S", "1 S"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert_eq!(timeout(&HeaderMap::new()), None);
    }
}
