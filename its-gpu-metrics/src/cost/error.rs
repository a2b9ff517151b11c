//! What is wrong with a price list.

/// Why a price list cannot be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PriceError {
    /// No currency.
    #[error("the price list names no currency; write its ISO 4217 code, as \"EUR\"")]
    NoCurrency,
    /// A price that is none.
    #[error("the price for {of} is {price}; it must be a number that is not negative")]
    NotAPrice {
        /// A pattern of model names, or `kWh`.
        of: String,
        /// What stands there.
        price: f64,
    },
    /// A pattern that nothing can match.
    #[error("a price has an empty pattern of model names; write \"*\" for every model")]
    EmptyPattern,
    /// The file cannot be read.
    #[cfg(feature = "file")]
    #[error("the price list {path} cannot be read: {reason}")]
    Unreadable {
        /// Where it is.
        path: std::path::PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The file is not what it should be.
    #[cfg(feature = "file")]
    #[error("the price list is wrong: {0}")]
    Malformed(String),
}
