//! The rules of one objective.

use super::{Group, Options};
use crate::Slo;

pub(super) fn group(slo: &Slo, options: &Options) -> Group {
    Group { name: format!("slo-{}", slo.name()), interval: options.interval, rules: Vec::new() }
}
