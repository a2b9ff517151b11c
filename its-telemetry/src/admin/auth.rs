//! Who may ask: the token, the names the endpoint answers to, and whether a change was sent by its own page.

use data_encoding::BASE64;
use http::header::{AUTHORIZATION, HOST, HeaderMap, HeaderName, ORIGIN};
use http::uri::Authority;
use subtle::ConstantTimeEq;

use super::AdminError;
use super::settings::AdminSettings;

/// The user whose password the token is.
const USER: &str = "admin";

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The two values of `Authorization` that are let in.
#[derive(Clone)]
pub(super) struct Token {
    bearer: Box<str>,
    basic: Box<str>,
}

impl Token {
    pub(super) fn new(token: &str) -> Result<Self, AdminError> {
        if !(1..=256).contains(&token.len()) || !token.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(AdminError::Token);
        }
        let basic = BASE64.encode(format!("{USER}:{token}").as_bytes());
        Ok(Self { bearer: token.into(), basic: basic.into() })
    }

    /// Whether the request carries the token, and in which way.
    pub(super) fn admits(&self, headers: &HeaderMap) -> Option<Scheme> {
        let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
        let (scheme, secret) = value.split_once(' ')?;
        let (expected, scheme) = match scheme {
            _ if scheme.eq_ignore_ascii_case("bearer") => (&self.bearer, Scheme::Bearer),
            _ if scheme.eq_ignore_ascii_case("basic") => (&self.basic, Scheme::Basic),
            _ => return None,
        };
        same(expected, secret.trim()).then_some(scheme)
    }
}

/// How the token came. A browser sends `Basic` by itself, also for a page of somebody else; `Bearer` it never does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    Bearer,
    Basic,
}

/// Compares secrets in a time that does not tell where they differ.
pub(super) fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

/// A secret of this process that its own page knows and no other.
pub(super) fn random_secret() -> Box<str> {
    use std::hash::{BuildHasher, Hasher, RandomState};
    // Keyed by the operating system's random numbers; a new state of its own for each half.
    let half = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", half(), half()).into()
}

fn authority(headers: &HeaderMap) -> Option<Authority> {
    headers.get(HOST)?.to_str().ok()?.parse().ok()
}

/// Whether the request asks for a name that this endpoint answers to. On loopback that is `localhost` or an address:
/// another name may be a web site's own, pointed here so that a browser lets it read the answers.
pub(super) fn host_is_ours(headers: &HeaderMap, settings: &AdminSettings) -> bool {
    if !settings.is_loopback() {
        return true;
    }
    // Without a host it is no browser.
    if !headers.contains_key(HOST) {
        return true;
    }
    let Some(authority) = authority(headers) else { return false };
    let host = authority.host().to_ascii_lowercase();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost"
        || bare.parse::<std::net::IpAddr>().is_ok()
        || settings.hosts.iter().any(|name| **name == *bare)
}

/// Whether a change was sent from a page of this endpoint, or by no browser at all. Every browser sends `Origin` with
/// a form, and recent ones `Sec-Fetch-Site`.
pub(super) fn is_same_origin(headers: &HeaderMap) -> bool {
    let site = headers.get(SEC_FETCH_SITE).map(http::HeaderValue::as_bytes);
    if site.is_some_and(|site| site != b"same-origin") {
        return false;
    }
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let origin = origin.to_str().ok().and_then(|origin| origin.parse::<http::Uri>().ok());
    let from = origin.as_ref().and_then(http::Uri::authority);
    from.is_some_and(|from| authority(headers).is_some_and(|to| *from == to))
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(n, v)| (HeaderName::from_static(n), v.parse().expect("value"))).collect()
    }

    #[test]
    fn a_token_comes_as_bearer_or_as_a_browsers_password() {
        let token = Token::new("s3cret").expect("valid");
        let admits = |value: &str| token.admits(&headers(&[("authorization", value)]));
        assert_eq!(admits("Bearer s3cret"), Some(Scheme::Bearer));
        assert_eq!(admits("bearer  s3cret"), Some(Scheme::Bearer));
        // "admin:s3cret"
        assert_eq!(admits("Basic YWRtaW46czNjcmV0"), Some(Scheme::Basic));
        for refused in ["Bearer s3cre", "Bearer s3cretx", "Bearer", "s3cret", "Basic s3cret", "Digest s3cret"]
        {
            assert_eq!(admits(refused), None, "{refused}");
        }
        assert_eq!(token.admits(&HeaderMap::new()), None);
    }

    #[test]
    fn on_loopback_no_foreign_name_is_answered() {
        let ours = |host: &str| host_is_ours(&headers(&[("host", host)]), &AdminSettings::default());
        for good in ["localhost", "LOCALHOST:9464", "127.0.0.1:9464", "[::1]:9464", "192.168.0.7"] {
            assert!(ours(good), "{good}");
        }
        for bad in ["evil.example:9464", "127.0.0.1.evil.example", "localhost.evil.example", "a b", ""] {
            assert!(!ours(bad), "{bad}");
        }
        let named = AdminSettings::default().allow_host("Status.Example");
        assert!(host_is_ours(&headers(&[("host", "status.example:80")]), &named));
        let open = AdminSettings::default().address(([0, 0, 0, 0], 0));
        assert!(host_is_ours(&headers(&[("host", "inference.prod.svc")]), &open));
    }

    #[test]
    fn a_change_comes_from_our_own_page() {
        let same = |pairs: &[(&'static str, &str)]| {
            let all: Vec<_> = [("host", "127.0.0.1:9464")].iter().chain(pairs).copied().collect();
            is_same_origin(&headers(&all))
        };
        assert!(same(&[]));
        assert!(same(&[("origin", "http://127.0.0.1:9464"), ("sec-fetch-site", "same-origin")]));
        assert!(!same(&[("origin", "http://127.0.0.1:8080")]));
        assert!(!same(&[("origin", "http://evil.example")]));
        assert!(!same(&[("origin", "null")]));
        assert!(!same(&[("sec-fetch-site", "cross-site")]));
        assert!(!same(&[("sec-fetch-site", "same-site"), ("origin", "http://127.0.0.1:9464")]));
    }

    #[test]
    fn secrets_differ() {
        assert_eq!(random_secret().len(), 32);
        assert_ne!(random_secret(), random_secret());
    }
}
