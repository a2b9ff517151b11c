//! How the admin endpoint is to be.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr, ToSocketAddrs};
use std::time::Duration;

use super::AdminError;
use super::auth::Token;

/// The port that Prometheus' registry of exporters lists for OpenTelemetry.
const PORT: u16 = 9464;

/// How the admin endpoint is to be: where it listens, who may ask, what may be changed.
///
/// ```
/// use its_telemetry::Telemetry;
/// use its_telemetry::admin::AdminSettings;
///
/// let settings = AdminSettings::default()
///     .address(([127, 0, 0, 1], 0))
///     .build_info("commit 1f3a9c2")
///     .trace_link("http://jaeger.internal:16686/trace/{trace_id}");
/// let telemetry = Telemetry::builder("inference-service").admin(settings).build()?;
/// println!("http://{}/", telemetry.admin_address().expect("it was asked for"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct AdminSettings {
    pub(super) address: SocketAddr,
    pub(super) token: Option<Box<str>>,
    pub(super) allow_changes: bool,
    pub(super) build: Box<str>,
    pub(super) trace_link: Option<Box<str>>,
    pub(super) hosts: Vec<Box<str>>,
    pub(super) camera_silent_after: Duration,
    pub(super) limits: Limits,
}

/// What one client may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) connections: usize,
    /// From the first byte of a request to the end of its headers.
    pub(super) head: Duration,
    /// From the headers of a request to the last byte of its answer.
    pub(super) answer: Duration,
    /// Between two requests of a connection.
    pub(super) idle: Duration,
}

impl Default for AdminSettings {
    /// On 127.0.0.1:9464, without a token, read only.
    fn default() -> Self {
        Self {
            address: (Ipv4Addr::LOCALHOST, PORT).into(),
            token: None,
            allow_changes: false,
            build: "".into(),
            trace_link: None,
            hosts: Vec::new(),
            camera_silent_after: Duration::from_secs(10),
            limits: Limits {
                connections: 64,
                head: Duration::from_secs(5),
                answer: Duration::from_secs(30),
                idle: Duration::from_secs(75),
            },
        }
    }
}

impl AdminSettings {
    /// Where to listen; 127.0.0.1:9464 by default. Port 0 takes a free one, which
    /// [`admin_address`](crate::Telemetry::admin_address) names. `ITS_ADMIN_ADDRESS` in the environment overrides it;
    /// `off` there keeps the endpoint closed.
    pub fn address(mut self, address: impl Into<SocketAddr>) -> Self {
        self.address = address.into();
        self
    }

    /// Asks for this token: `Authorization: Bearer TOKEN`, or in a browser the user `admin` with the token as
    /// password. `/healthz` and `/readyz` answer without it, but then name no checks. `ITS_ADMIN_TOKEN` in the
    /// environment overrides it.
    pub fn bearer_token(mut self, token: &str) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Allows to change the log level and the sampling ratio from the page. Off by default. Where the endpoint listens
    /// beyond loopback it needs a token, too.
    pub fn allow_changes(mut self, allow: bool) -> Self {
        self.allow_changes = allow;
        self
    }

    /// Shown on the status page as the build: a commit, a date, an image tag.
    pub fn build_info(mut self, build: &str) -> Self {
        self.build = build.into();
        self
    }

    /// Where a trace can be looked at, with `{trace_id}` in its place: the page then links to it. Only `http` and
    /// `https` addresses become links.
    pub fn trace_link(mut self, link: &str) -> Self {
        self.trace_link = Some(link.into());
        self
    }

    /// Another name that this endpoint is asked under. On loopback only `localhost` and addresses are answered, so
    /// that no web site can point its own name here and read along; a proxy in front may keep another name.
    pub fn allow_host(mut self, name: &str) -> Self {
        self.hosts.push(name.to_ascii_lowercase().into());
        self
    }

    /// A camera without a new frame for this long is shown as silent. Ten seconds by default.
    pub fn camera_silent_after(mut self, after: Duration) -> Self {
        self.camera_silent_after = after;
        self
    }

    /// Connections at a time; 64 by default. Beyond it the one that has waited longest for its client is closed.
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.limits.connections = connections.max(1);
        self
    }

    /// How long a client may take to send the headers of a request; five seconds by default.
    pub fn header_timeout(mut self, timeout: Duration) -> Self {
        self.limits.head = timeout;
        self
    }

    /// How long an answer may take until its client has read it; thirty seconds by default.
    pub fn answer_timeout(mut self, timeout: Duration) -> Self {
        self.limits.answer = timeout;
        self
    }

    /// What the environment says comes before what the code says. `None` when the endpoint is to stay closed.
    pub(super) fn resolve(
        mut self,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, AdminError> {
        match environment("ITS_ADMIN_ADDRESS").as_deref().map(str::trim) {
            None | Some("") => {}
            Some("off") => return Ok(None),
            Some(value) => self.address = parse(value)?,
        }
        if let Some(token) = environment("ITS_ADMIN_TOKEN").filter(|token| !token.is_empty()) {
            self.token = Some(token.into());
        }
        self.token.as_deref().map(Token::new).transpose()?;
        if self.allow_changes && self.token.is_none() && !self.is_loopback() {
            return Err(AdminError::OpenToChanges(self.address));
        }
        Ok(Some(self))
    }

    pub(super) fn is_loopback(&self) -> bool {
        self.address.ip().is_loopback()
    }
}

fn parse(value: &str) -> Result<SocketAddr, AdminError> {
    let bad = || AdminError::Address(value.into());
    value.to_socket_addrs().map_err(|_| bad())?.next().ok_or_else(bad)
}

impl fmt::Debug for AdminSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AdminSettings")
            .field("address", &self.address)
            .field("token", &self.token.as_ref().map(|_| "***"))
            .field("allow_changes", &self.allow_changes)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(
        settings: AdminSettings,
        address: &str,
        token: &str,
    ) -> Result<Option<AdminSettings>, AdminError> {
        settings.resolve(|name| match name {
            "ITS_ADMIN_ADDRESS" => Some(address.into()),
            "ITS_ADMIN_TOKEN" => Some(token.into()),
            _ => None,
        })
    }

    #[test]
    fn the_environment_comes_first() {
        let code = || AdminSettings::default().address(([10, 0, 0, 1], 1)).bearer_token("of-code");
        let settings = resolve(code(), "127.0.0.1:7", "of-env").expect("valid").expect("open");
        assert_eq!(settings.address, ([127, 0, 0, 1], 7).into());
        assert_eq!(settings.token.as_deref(), Some("of-env"));
        let settings = resolve(code(), " ", "").expect("valid").expect("open");
        assert_eq!(settings.address, ([10, 0, 0, 1], 1).into());
        assert_eq!(settings.token.as_deref(), Some("of-code"));
        assert!(resolve(code(), "off", "").expect("valid").is_none());
    }

    #[test]
    fn what_cannot_work_says_what_to_write() {
        let error = resolve(AdminSettings::default(), "9464", "").expect_err("no address");
        assert!(error.to_string().contains("127.0.0.1:9464"), "{error}");
        assert!(matches!(resolve(AdminSettings::default(), "", "a b\n"), Err(AdminError::Token)));
        let open = AdminSettings::default().address(([0, 0, 0, 0], 0)).allow_changes(true);
        assert!(matches!(resolve(open.clone(), "", ""), Err(AdminError::OpenToChanges(_))));
        assert!(resolve(open, "", "secret").is_ok());
    }

    #[test]
    fn the_token_is_not_printed() {
        assert!(!format!("{:?}", AdminSettings::default().bearer_token("s3cret")).contains("s3cret"));
    }
}
