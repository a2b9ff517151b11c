//! What the lock-free parts are built of; a model checker puts its own in this place.

pub(crate) use std::sync::atomic::{AtomicU64, Ordering};
