//! Leaves debugging information out of the library, of which tests make a copy for each machine.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-cdylib-link-arg=-Wl,--strip-all");
}
