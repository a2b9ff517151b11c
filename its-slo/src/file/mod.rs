//! Objectives in a YAML or TOML file.
//!
//! Both have the same shape. Durations are written as Prometheus does (`100ms`, `5m`, `1h30m`, `30d`), ratios as
//! `0.999` or `99.9 %`. What is left out is as [`Slo::builder`] has it; an unknown field is an error.
//!
//! ```
//! use its_slo::file::{Definitions, Format};
//!
//! let text = r#"
//! surroundings:
//!   scrape_interval: 15s
//! objectives:
//!   - name: detect
//!     description: Frames are analysed
//!     owner: vision
//!     target: 99.9 %
//!     indicator: availability
//!     per_tenant: 50
//!   - name: detect-fast
//!     target: 0.95
//!     window: { calendar: month, time_zone: Europe/Amsterdam }
//!     indicator: { latency: { threshold: 100ms } }
//!     labels: { team: vision }
//!     surroundings: { events_per_second: 40, histogram_bounds: [0.05, 0.1, 0.25] }
//!     alerting:
//!       min_bad_events: 5
//!       tiers:
//!         - ticket_fast
//!         - { name: half_day, severity: ticket, long: 12h, short: 1h, budget_share: 8 % }
//!   - name: camera-fps
//!     target: 99 %
//!     indicator: { throughput: { min_per_second: 12.5 } }
//!     budgeting: { timeslices: { slice: 1m, target: 100 % } }
//! "#;
//! let definitions = Definitions::parse("slos.yaml", text, Format::Yaml)?;
//! assert_eq!(definitions.objectives[1].slo.target(), 0.95);
//! assert!(definitions.to_toml().contains("threshold = \"100ms\""));
//!
//! let wrong = text.replace("99.9 %", "99.9");
//! let error = Definitions::parse("slos.yaml", &wrong, Format::Yaml).unwrap_err();
//! assert!(error.to_string().starts_with("slos.yaml:8:13: detect: the target 99.9 must be a ratio"));
//! # Ok::<(), its_slo::file::FileError>(())
//! ```
//!
//! An indicator is one of `availability`, `latency: { threshold }`, `freshness: { max_age }`,
//! `throughput: { min_per_second }`, `probe`, `events`, and `queries` with one of `good_ratio: { good, total }`,
//! `bad_ratio: { bad, total }`, `success_ratio: { query }`, `failure_ratio: { query }` and
//! `threshold: { query, operator, value }`.

pub(crate) mod convert;
mod problem;
mod read;
mod schema;
pub(crate) mod syntax;
pub(crate) mod text;
mod write;

use std::fs;
use std::path::Path;

pub use problem::{FileError, Place, Problem};
pub use syntax::Format;
use syntax::{Toml, Yaml};

use crate::Slo;
use crate::objective::Surroundings;

/// The objectives of a file.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Definitions {
    /// In the order of the file.
    pub objectives: Vec<Definition>,
}

/// An objective of a file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Definition {
    /// The objective.
    pub slo: Slo,
    /// What the file says about where it is used.
    pub surroundings: Surroundings,
    /// Where its name stands; `None` when it was not read from a file.
    pub place: Option<Place>,
}

impl Definitions {
    /// Reads a text; `file` is its name in messages.
    ///
    /// # Errors
    /// The first error of syntax or shape, or else all that is wrong with the objectives, with line and column.
    pub fn parse(file: &str, text: &str, format: Format) -> Result<Self, FileError> {
        let objectives = match format {
            Format::Yaml => read::read::<Yaml>(file, text)?,
            Format::Toml => read::read::<Toml>(file, text)?,
        };
        Ok(Self { objectives })
    }

    /// Reads a file, TOML by its ending and YAML otherwise.
    ///
    /// # Errors
    /// When it cannot be read, and those of [`parse`](Self::parse).
    pub fn load(path: impl AsRef<Path>) -> Result<Self, FileError> {
        let name = path.as_ref().display().to_string();
        let text = fs::read_to_string(path).map_err(|error| Problem::new(&name, None, error))?;
        Self::parse(&name, &text, Format::of(&name))
    }

    /// Those of the code.
    pub fn of(slos: impl IntoIterator<Item = Slo>) -> Self {
        let definition = |slo| Definition { slo, surroundings: Surroundings::default(), place: None };
        Self { objectives: slos.into_iter().map(definition).collect() }
    }

    /// The objectives alone.
    pub fn slos(&self) -> Vec<Slo> {
        self.objectives.iter().map(|definition| definition.slo.clone()).collect()
    }

    /// As YAML, which reads again as the same.
    pub fn to_yaml(&self) -> String {
        let document = write::document::<Yaml>(&self.objectives);
        serde_saphyr::to_string(&document).expect("tables, words and numbers are YAML")
    }

    /// As TOML, which reads again as the same.
    pub fn to_toml(&self) -> String {
        let document = write::document::<Toml>(&self.objectives);
        toml::to_string_pretty(&document).expect("tables with words for keys are TOML")
    }
}
