//! What the program says.

/// Writes a line to the standard error. Nobody may be reading any more: that is no reason to end.
macro_rules! say {
    ($($text:tt)*) => {{
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "its-gpu-exporter: {}", format_args!($($text)*));
    }};
}

pub(crate) use say;
