//! The log level as the endpoint sees it.

/// Something whose level can be read and set while the service runs.
pub(crate) trait LogLevel: Send + Sync + std::fmt::Debug {
    /// The levels in force, as they are written: `info,h2=warn`.
    fn text(&self) -> String;

    /// Sets the levels; what is wrong with the text otherwise.
    fn set(&self, text: &str) -> Result<(), String>;
}
