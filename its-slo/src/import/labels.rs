//! Labels of other tools.

use std::collections::BTreeMap;

use crate::SloBuilder;
use crate::objective::check_label;

/// Adds those that a series may have; what is said of the others goes to `warn`.
pub(super) fn add(
    builder: SloBuilder,
    slo: &str,
    labels: BTreeMap<String, String>,
    mut warn: impl FnMut(String),
) -> SloBuilder {
    labels.into_iter().fold(builder, |builder, (label, value)| match check_label(slo, &label) {
        Ok(()) => builder.label(label, value),
        Err(error) => {
            warn(format!("{error}; it is dropped"));
            builder
        }
    })
}
