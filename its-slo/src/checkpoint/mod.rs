//! Budgets that outlive the process.
//!
//! Every minute and at shutdown the pasts of all trackers are written to a [`Store`]; the next process takes them up
//! where they fit. What comes back is the past and the budget, never an exported counter: those start at zero with
//! each process, as Prometheus expects.
//!
//! ```
//! use its_slo::{Slo, Slos, checkpoint::FileStore};
//!
//! # let directory = tempfile::tempdir()?;
//! # let path = directory.path().join("budgets");
//! let slos = Slos::builder()
//!     .slo(Slo::availability("detect").build()?)
//!     .store(FileStore::new(&path))
//!     .build()?;
//! slos.tracker("detect", None).expect("it has been added").record(false);
//! slos.checkpoint()?;
//! assert!(slos.restored().refused.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod format;
mod refusal;
mod store;

pub use format::VERSION;
pub(crate) use format::{Checkpoint, decode, encode};
pub use refusal::Refusal;
pub use store::{FileStore, Store};

pub use crate::tracker::GapPolicy;

/// What was taken up at the start.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Restored {
    /// Trackers that have their past again.
    pub trackers: usize,
    /// Why others, or all, begin without one.
    pub refused: Vec<Refusal>,
    /// Whether the checkpoint was another running process's. What it said was taken up; nothing is saved until the other
    /// process has ended.
    pub in_use: bool,
}
