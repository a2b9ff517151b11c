//! Objectives of other tools: [OpenSLO](openslo) v1, in and out, and [sloth] v1.
//!
//! A query that is one of this crate's own counters becomes an objective that the process tracks. Any other query is
//! used as it is: such an objective has rules, and no tracker ([`Indicator::Queries`](crate::objective::Indicator)).
//! What cannot be kept is said in [`Imported::warnings`].

mod labels;
pub mod openslo;
mod selector;
pub mod sloth;

use crate::Slo;
use crate::file::Problem;

/// What a file of another tool says.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Imported {
    /// The objectives, in the order of the file.
    pub slos: Vec<Slo>,
    /// The services they belong to, each once: the generated rules take one as an option.
    pub services: Vec<String>,
    /// What was dropped or changed, and what to do about it.
    pub warnings: Vec<Problem>,
}

impl Imported {
    fn of_service(&mut self, service: &str) {
        if !service.is_empty() && !self.services.iter().any(|other| other == service) {
            self.services.push(service.into());
        }
    }
}

/// A name that an objective may have: lower-case, and `-` for what must not be in it.
fn slug(name: &str) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c.to_ascii_lowercase() } else { '-' };
    let name: String = name.trim().chars().map(kept).collect();
    name.trim_matches(['-', '_']).into()
}
