//! Field values.

use serde::{Deserialize, Serialize};

/// A field value as a scenario writes it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum FieldValue {
    /// The field fails.
    Failure {
        /// The return code.
        code: u32,
    },
    /// A value of a given type.
    Typed {
        /// NVML's type.
        #[serde(rename = "type")]
        kind: FieldType,
        /// The value.
        value: serde_json::Number,
    },
    /// A value whose type follows from it: `uint` where it fits, else `ulonglong`, `slonglong` or `double`.
    Plain(serde_json::Number),
}

/// `nvmlValueType_t`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FieldType {
    Double = 0,
    Uint = 1,
    Ulong = 2,
    Ulonglong = 3,
    Slonglong = 4,
    Int = 5,
    Ushort = 6,
}
