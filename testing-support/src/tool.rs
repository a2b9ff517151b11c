use std::env;
use std::path::{Path, PathBuf};

/// An external program that tests run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// The Prometheus server, 2.42.
    Prometheus,
    /// Prometheus' checker of metrics, rules and configurations.
    Promtool,
    /// The Alertmanager, 0.25.
    Alertmanager,
    /// The OpenTelemetry Collector of `scripts/collector`.
    Collector,
    /// A Python with the packages of `scripts/requirements.txt`.
    Python,
    /// The browser.
    Chromium,
    /// The browser's WebDriver server.
    ChromeDriver,
    /// The video decoder.
    Ffmpeg,
}

impl Tool {
    /// Where the program is: the path in its environment variable ([`Tool::variable`]), else the cache that
    /// `scripts/test.sh` fills, else `PATH`.
    ///
    /// # Panics
    ///
    /// When it is in none of these places, or the variable names a file that does not exist.
    #[must_use]
    #[track_caller]
    pub fn path(self) -> PathBuf {
        if let Some(path) = env::var_os(self.variable()).filter(|value| !value.is_empty()) {
            let path = PathBuf::from(path);
            assert!(path.is_file(), "{} names {}, which does not exist", self.variable(), path.display());
            return path;
        }
        self.in_cache().or_else(|| self.on_path()).unwrap_or_else(|| {
            panic!("{self:?} is not installed: run scripts/test.sh once, or set {}", self.variable())
        })
    }

    /// The environment variable that overrides where the program is, such as `ITS_PROMETHEUS`.
    #[must_use]
    pub fn variable(self) -> &'static str {
        match self {
            Self::Prometheus => "ITS_PROMETHEUS",
            Self::Promtool => "ITS_PROMTOOL",
            Self::Alertmanager => "ITS_ALERTMANAGER",
            Self::Collector => "ITS_OTELCOL",
            Self::Python => "ITS_PYTHON",
            Self::Chromium => "ITS_CHROMIUM",
            Self::ChromeDriver => "ITS_CHROMEDRIVER",
            Self::Ffmpeg => "ITS_FFMPEG",
        }
    }

    /// Only what `scripts/test.sh` builds itself is in the cache; the rest are Debian's packages.
    fn in_cache(self) -> Option<PathBuf> {
        let relative = match self {
            Self::Collector => "otelcol/otelcol-test",
            Self::Python => "python/bin/python",
            _ => return None,
        };
        let cache = env::var_os("ITS_TEST_CACHE")
            .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../.cache"), PathBuf::from);
        Some(cache.join(relative)).filter(|path| path.is_file())
    }

    fn on_path(self) -> Option<PathBuf> {
        let name = match self {
            Self::Prometheus => "prometheus",
            Self::Promtool => "promtool",
            Self::Alertmanager => "prometheus-alertmanager",
            Self::Chromium => "chromium",
            Self::ChromeDriver => "chromedriver",
            Self::Ffmpeg => "ffmpeg",
            // A Collector or Python found by chance lacks the components that the tests need.
            Self::Collector | Self::Python => return None,
        };
        env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
    }
}
