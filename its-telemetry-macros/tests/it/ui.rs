//! What the macros accept, and what they say to what they do not.

#[test]
fn macros_compile_and_explain() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    // Types are checked more closely where the attributes expand.
    if cfg!(feature = "enabled") {
        cases.compile_fail("tests/ui/fail/*.rs");
    }
}
