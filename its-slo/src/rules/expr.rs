//! Small pieces of PromQL.

/// A number as PromQL writes it.
pub(super) fn promql_number(number: f64) -> String {
    number.to_string()
}

/// Leaves out what is no number, or an infinite one: it would poison every mean that it enters.
pub(super) fn finite(expr: &str) -> String {
    format!("(({expr}) > -Inf) < Inf")
}
