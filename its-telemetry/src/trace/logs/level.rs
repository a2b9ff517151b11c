//! Which log lines are written; can be changed while the service runs.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::Interest;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Filter};

use crate::scope::identity;

/// A list of log levels that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no list of log levels; write `info`, or `info,h2=warn,my_service::detect=debug`")]
pub struct LogLevelError(String);

/// The levels in force, shared by every layer that writes lines.
#[derive(Clone, Debug)]
pub(crate) struct LogLevel(Arc<ArcSwap<Targets>>);

impl LogLevel {
    pub(crate) fn parse(text: &str) -> Result<Self, LogLevelError> {
        Ok(Self(Arc::new(ArcSwap::from_pointee(targets(text)?))))
    }

    pub(crate) fn set(&self, text: &str) -> Result<(), LogLevelError> {
        self.0.store(Arc::new(targets(text)?));
        tracing::callsite::rebuild_interest_cache();
        Ok(())
    }

    pub(crate) fn text(&self) -> String {
        self.0.load().to_string()
    }
}

#[cfg(feature = "admin")]
impl crate::admin::LogLevel for LogLevel {
    fn text(&self) -> String {
        self.text()
    }

    fn set(&self, text: &str) -> Result<(), String> {
        self.set(text).map_err(|error| error.to_string())
    }
}

fn targets(text: &str) -> Result<Targets, LogLevelError> {
    match text.parse::<Targets>() {
        Ok(targets) if !text.trim().is_empty() => Ok(targets),
        _ => Err(LogLevelError(text.to_owned())),
    }
}

impl<S> Filter<S> for LogLevel {
    /// The threads of our exporters only warn: what their HTTP clients say at each request is nobody's log.
    fn enabled(&self, metadata: &Metadata<'_>, context: &Context<'_, S>) -> bool {
        (*metadata.level() <= Level::WARN
            || !identity().is_suppressed()
            || metadata.target() == "its_telemetry")
            && Filter::<S>::enabled(&**self.0.load(), metadata, context)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        let interest = Filter::<S>::callsite_enabled(&**self.0.load(), metadata);
        let depends = interest.is_always() && *metadata.level() > Level::WARN;
        if depends { Interest::sometimes() } else { interest }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Filter::<S>::max_level_hint(&**self.0.load())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_checked() {
        let level = LogLevel::parse("info,h2=warn").expect("levels");
        assert!(level.set("loud=very").is_err());
        assert!(level.set("").is_err());
        assert!(level.text().contains("h2=warn"));
        level.set("debug").expect("a level");
        assert_eq!(level.text(), "debug");
    }
}
