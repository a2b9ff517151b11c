use std::env;

/// Gives `full` under `scripts/test.sh --full`, which sets `ITS_TEST_FULL`, and `short` otherwise: for counts and
/// durations that would make every run of the tests long.
///
/// ```
/// let cancellations = its_test_support::short_or_full(500, 10_000);
/// assert!([500, 10_000].contains(&cancellations));
/// ```
pub fn short_or_full<T>(short: T, full: T) -> T {
    if env::var_os("ITS_TEST_FULL").is_some_and(|value| !value.is_empty()) { full } else { short }
}
