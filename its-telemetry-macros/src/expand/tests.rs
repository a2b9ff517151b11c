use super::{bare, measured};
use crate::args::{Args, Attribute};
use crate::function::Function;
use proc_macro2::TokenStream;
use quote::quote;

fn parse(attribute: Attribute, args: TokenStream, item: TokenStream) -> (Args, Function) {
    match (Args::parse(attribute, args), Function::parse(attribute, item)) {
        (Ok(args), Ok(function)) => (args, function),
        (Err(error), _) | (_, Err(error)) => panic!("{error}"),
    }
}

fn measured(args: TokenStream, item: TokenStream) -> String {
    let (args, function) = parse(Attribute::Inference, args, item);
    measured::body(Attribute::Inference, &args, &function).to_string()
}

fn bare(args: TokenStream, item: TokenStream) -> String {
    let (args, function) = parse(Attribute::Inference, args, item);
    bare::body(&args, &function).to_string()
}

fn count(haystack: &str, needle: &str) -> usize {
    haystack.matches(needle).count()
}

#[test]
fn literals_are_resolved_once_and_values_at_each_call() {
    let body = measured(
        quote!(model = "yolo", version = self.version, tenant = "acme", batch = n),
        quote!(
            fn f(&self, n: u8) {}
        ),
    );
    let (site, call) = body.split_once("& __ITS_SITE").unwrap_or_default();
    assert!(site.contains(r#". model ("yolo")"#) && site.contains(r#". stage ("total")"#), "{site}");
    assert!(!site.contains("version") && call.contains(". version ("), "{body}");
    assert!(call.contains(r#". tenant ("acme")"#) && call.contains(". batch ("), "{call}");
}

#[test]
fn async_trait_needs_no_second_box() {
    let item = quote!(
        fn f<'async_trait>(&self) -> Pin<Box<dyn Future<Output = u8> + Send + 'async_trait>> {
            Box::pin(async move { 1 })
        }
    );
    let body = measured(quote!(model = "yolo"), item);
    assert_eq!(count(&body, "Box :: pin"), 1, "{body}");
    assert!(body.starts_with("Box :: pin (async move {"), "{body}");
    assert!(!body.contains("prepare"), "{body}");
}

#[test]
fn statements_before_the_future_run_at_once() {
    let item = quote!(
        fn f(&self) -> impl Future<Output = u8> {
            let n = self.n;
            async move { n }
        }
    );
    let body = measured(quote!(model = "yolo", tenant = self.tenant), item);
    let prepared = body.find("prepare ()").unwrap_or(usize::MAX);
    let ran = body.find("let n").unwrap_or(usize::MAX);
    let started = body.find("__its_prepared . start ()").unwrap_or(0);
    assert!(prepared < ran && ran < started, "{body}");
}

#[test]
fn the_runtime_is_only_named_by_its_path() {
    let item = quote!(
        fn f() {}
    );
    let body = measured(quote!(model = "yolo", batch = 1, crate_path = "a::b"), item);
    assert!(!body.contains("its_telemetry"), "{body}");
    assert_eq!(count(&body, "__private"), count(&body, "a :: b :: __private"), "{body}");
}

#[test]
fn bare_leaves_the_body_as_it_was() {
    let item = quote!(
        fn f() -> u8 {
            let n = 1;
            n
        }
    );
    assert_eq!(bare(quote!(model = "yolo", tenant = "acme"), item), "let n = 1 ; n");
}

#[test]
fn bare_checks_expressions_where_they_never_run() {
    let item = quote!(
        fn f(n: u8) -> u8 {
            n
        }
    );
    let body = bare(quote!(model = "yolo", tenant = name, batch = n, ok_if = check), item);
    assert!(body.starts_with("if false {") && body.ends_with("} n"), "{body}");
    assert!(body.contains("(name)") && body.contains("(n)") && body.contains("check"), "{body}");
    assert!(!body.contains("__private"), "{body}");
}
