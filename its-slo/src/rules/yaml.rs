//! YAML.

use serde::Serialize;
use serde_saphyr::{SerializerOptions, to_string_with_options};

/// As YAML, with expressions of several lines as blocks. Maps of strings can always be written.
pub(super) fn to_yaml<T: Serialize>(value: &T) -> String {
    let mut options = SerializerOptions::default();
    options.folded_wrap_chars = usize::MAX;
    options.min_fold_chars = usize::MAX;
    to_string_with_options(value, options).expect("maps, lists and strings")
}
