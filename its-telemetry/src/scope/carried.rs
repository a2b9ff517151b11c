//! What a call passes through: headers of others, and the frame.

/// Headers that belong to the trace and not to us, and the id of the frame.
#[derive(Debug, Default)]
pub(crate) struct Carried {
    pub(crate) frame: Option<Box<str>>,
}
