use super::{Args, Attribute, Value};
use proc_macro2::TokenStream;
use quote::quote;

fn errors(attribute: Attribute, tokens: TokenStream) -> Vec<String> {
    match Args::parse(attribute, tokens) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.into_iter().map(|error| error.to_string()).collect(),
    }
}

fn error(attribute: Attribute, tokens: TokenStream) -> String {
    let errors = errors(attribute, tokens);
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors.into_iter().next().unwrap_or_default()
}

#[test]
fn literals_are_told_from_expressions() {
    let args = Args::parse(
        Attribute::Inference,
        quote!(model = "yolo", version = self.version, stage = stage, batch = frames.len(), tenant = "acme",),
    );
    let args = args.unwrap_or_else(|error| panic!("{error}"));
    assert!(matches!(&args.model, Some(Value::Literal(model)) if model.value() == "yolo"));
    assert!(matches!(args.version, Some(Value::Computed(_))));
    assert!(matches!(args.stage, Some(Value::Computed(_))));
    assert!(matches!(args.tenant, Some(Value::Literal(_))));
    assert!(args.batch.is_some() && args.slo.is_none() && args.camera.is_none() && args.name.is_none());
}

#[test]
fn the_smallest_uses() {
    assert!(errors(Attribute::Stage, quote!()).is_empty());
    assert!(errors(Attribute::Camera, quote!(stage = "capture")).is_empty());
    assert!(errors(Attribute::Inference, quote!(model = "yolo", version = "")).is_empty());
}

#[test]
fn crate_path_is_a_string_or_a_path() {
    for tokens in
        [quote!("a::b"), quote!(a::b), quote!("::a"), quote!(::a), quote!(crate::a), quote!("self::a")]
    {
        assert!(errors(Attribute::Stage, quote!(crate_path = #tokens)).is_empty(), "{tokens}");
    }
    for tokens in [quote!("a b"), quote!(""), quote!(a()), quote!(5), quote!(<T as A>::B)] {
        let error = error(Attribute::Stage, quote!(crate_path = #tokens));
        assert!(error.contains("takes the path of its-telemetry"), "{tokens}: {error}");
    }
}

#[test]
fn every_mistake_is_reported() {
    let errors = errors(
        Attribute::Inference,
        quote!(verison = "8", slo = 5, slo = "a", batch = "16", colour = "red", ok_if = 1),
    );
    let expected = [
        "`instrument_inference` has no argument `verison`; did you mean `version`?",
        "`slo` takes a string literal",
        "`slo` is given twice",
        "`batch` takes an integer expression",
        "`instrument_inference` has no argument `colour`",
        "`ok_if` takes a function or closure",
        "`model` is required",
    ];
    assert_eq!(errors.len(), expected.len(), "{errors:#?}");
    for (error, expected) in errors.iter().zip(expected) {
        assert!(error.starts_with(expected), "{error:?} should start with {expected:?}");
    }
}

#[test]
fn an_unknown_key_lists_what_is_allowed() {
    let error = error(Attribute::Stage, quote!(model = "yolo"));
    assert!(
        error.ends_with("allowed: `name`, `slo`, `tenant`, `camera`, `ok_if`, `timeout_if`, `crate_path`"),
        "{error}"
    );
}

#[test]
fn a_misspelt_required_key_is_reported_once() {
    let error = error(Attribute::Inference, quote!(modell = "yolo"));
    assert!(error.contains("did you mean `model`?"), "{error}");
}

#[test]
fn stages_are_closed_sets() {
    for stage in ["queue", "preprocess", "infer", "postprocess", "total"] {
        assert!(errors(Attribute::Inference, quote!(model = "yolo", stage = #stage)).is_empty(), "{stage}");
        assert!(error(Attribute::Camera, quote!(stage = #stage)).contains("`capture`, `decode`"), "{stage}");
    }
    for stage in ["capture", "decode", "track", "publish"] {
        assert!(errors(Attribute::Camera, quote!(stage = #stage)).is_empty(), "{stage}");
    }
    assert!(error(Attribute::Camera, quote!(stage = STAGE)).contains("one of these string literals"));
}

#[test]
fn broken_grammar() {
    for (tokens, expected) in [
        (quote!("yolo"), "expected `key = value`"),
        (quote!(= "yolo"), "expected `key = value`"),
        (quote!(name), "`name` needs a value"),
        (quote!(name =), "`name` needs a value"),
        (quote!(name = , slo = "a"), "`name` needs a value"),
        (quote!(name("a")), "`name` needs a value"),
        (quote!(name = "a" slo = "b"), "expected `,` between two arguments"),
        (quote!(name = "a";), "expected `,` between two arguments"),
    ] {
        let error = error(Attribute::Stage, tokens.clone());
        assert!(error.starts_with(expected), "{tokens}: {error}");
    }
}
