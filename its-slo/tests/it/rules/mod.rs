//! The rules, in the real promtool and the real Prometheus.

mod agreement;
mod bound;
mod calendar;
mod check;
mod comparison;
mod compressed;
mod incidents;
mod promtool;
mod queries;
mod server;
mod tiers;
mod trace;
mod watch;
