//! Which machine this is.

/// The name of this machine, or of its container.
pub(crate) fn name() -> Box<str> {
    let of_kernel = || std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let of_environment = || std::env::var("HOSTNAME").or_else(|_| std::env::var("COMPUTERNAME")).ok();
    of_kernel().or_else(of_environment).unwrap_or_default().trim().into()
}
