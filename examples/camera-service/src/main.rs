//! Example service.
fn main() {}
