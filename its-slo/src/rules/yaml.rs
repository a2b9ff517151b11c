//! YAML.

use serde::Serialize;

/// As YAML. Maps of strings can always be written.
pub(super) fn to_yaml<T: Serialize>(value: &T) -> String {
    serde_saphyr::to_string(value).expect("maps, lists and strings")
}
