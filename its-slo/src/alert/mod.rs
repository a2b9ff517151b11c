//! Alerts evaluated in the process: the budget burns too fast over a long window, and still does over a short one.

mod evaluate;
mod event;

pub(crate) use evaluate::Alerts;
pub use event::{Alert, TierStatus};
