//! Names of objectives and of labels.

use crate::Error;

/// Longest name of an objective, in bytes; OpenSLO has the same.
pub const MAX_NAME_LENGTH: usize = 63;

/// Labels that the series of an objective have already.
pub(super) const RESERVED: &[&str] = &[
    "slo",
    "tenant",
    "service",
    "result",
    "window",
    "tier",
    "slo_type",
    "owner",
    "condition",
    "long_window",
    "short_window",
    "severity",
    "state",
    "alertname",
    "le",
    "job",
    "instance",
];

/// Lower-case letters, digits, `-` and `_`; a letter or a digit at both ends.
pub(super) fn check_name(name: &str) -> Result<(), Error> {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let valid = name.len() <= MAX_NAME_LENGTH
        && name.starts_with(inner)
        && name.ends_with(inner)
        && name.chars().all(|c| inner(c) || c == '-' || c == '_');
    if valid { Ok(()) } else { Err(Error::InvalidName { name: name.into() }) }
}

/// As Prometheus has them: `[a-zA-Z_][a-zA-Z0-9_]*`, not beginning with `__`.
pub(crate) fn check_label(slo: &str, label: &str) -> Result<(), Error> {
    let valid = !label.starts_with("__")
        && label.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !valid {
        return Err(Error::InvalidLabel { slo: slo.into(), label: label.into() });
    }
    if RESERVED.contains(&label) {
        return Err(Error::ReservedLabel { slo: slo.into(), label: label.into() });
    }
    Ok(())
}
