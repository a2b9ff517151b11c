//! What the macros accept, and what they say to what they do not.

#[test]
fn macros_compile_and_explain() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/fail/*.rs");
    // What the compiler says to a body depends on what stands around it.
    if cfg!(feature = "enabled") {
        cases.compile_fail("tests/ui/fail/enabled/*.rs");
    }
}
