//! The rules of one objective.

use super::context::Context;
use super::source::Source;
use super::{Group, Options, calendar, metadata, recording, sloth, tiers, watch};
use crate::Slo;

/// In the order in which they read one another.
pub(super) fn group(slo: &Slo, options: &Options) -> Group {
    let context = Context { slo, options };
    let source = Source::of(&context);
    let mut rules = metadata::metadata(&context);
    rules.extend(recording::recording(&context, &source));
    rules.extend(metadata::remaining(&context));
    rules.extend(calendar::calendar(&context, &source));
    rules.extend(sloth::sloth(&context));
    rules.extend(tiers::tiers(&context, &source));
    rules.extend(watch::watch(&context, &source));
    Group { name: format!("slo-{}", slo.name()), interval: context.interval() / options.compression, rules }
}
