//! The arguments of the attributes: what each attribute takes, and the checks that need no function.

mod grammar;
mod value;

use crate::words;
use proc_macro2::{Ident, Span, TokenStream};
use syn::parse::Parser as _;
use syn::{Error, Expr, LitStr, Path, Result};

pub(crate) use value::{Value, parse_crate_path};

/// Which attribute is being expanded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Attribute {
    Inference,
    Camera,
    Stage,
}

const INFERENCE_STAGES: &[&str] = &["queue", "preprocess", "infer", "postprocess", "total"];
const CAMERA_STAGES: &[&str] = &["capture", "decode", "track", "publish"];

impl Attribute {
    /// As the user writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Attribute::Inference => "instrument_inference",
            Attribute::Camera => "instrument_camera",
            Attribute::Stage => "instrument_stage",
        }
    }

    /// The variant of the runtime's `Kind`.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Attribute::Inference => "Inference",
            Attribute::Camera => "Camera",
            Attribute::Stage => "Stage",
        }
    }

    fn keys(self) -> &'static [&'static str] {
        match self {
            Attribute::Inference => &[
                "model",
                "version",
                "batch",
                "stage",
                "slo",
                "tenant",
                "camera",
                "ok_if",
                "timeout_if",
                "name",
                "crate_path",
            ],
            Attribute::Camera => {
                &["stage", "slo", "tenant", "camera", "ok_if", "timeout_if", "name", "crate_path"]
            }
            Attribute::Stage => &["name", "slo", "tenant", "camera", "ok_if", "timeout_if", "crate_path"],
        }
    }
}

/// Checked arguments. What is absent here was not given.
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) model: Option<Value>,
    pub(crate) version: Option<Value>,
    pub(crate) stage: Option<Value>,
    pub(crate) slo: Option<Value>,
    pub(crate) tenant: Option<Value>,
    pub(crate) camera: Option<Value>,
    pub(crate) batch: Option<Expr>,
    pub(crate) ok_if: Option<Expr>,
    pub(crate) timeout_if: Option<Expr>,
    pub(crate) name: Option<LitStr>,
    pub(crate) crate_path: Option<Path>,
}

impl Args {
    /// Reports every mistake, each at its token.
    pub(crate) fn parse(attribute: Attribute, tokens: TokenStream) -> Result<Self> {
        let pairs = (|input: syn::parse::ParseStream<'_>| grammar::pairs(attribute, input)).parse2(tokens)?;
        let mut args = Args::default();
        let mut errors: Option<Error> = None;
        let mut report = |error: Error| match &mut errors {
            Some(errors) => errors.combine(error),
            None => errors = Some(error),
        };
        for (i, (key, expr)) in pairs.iter().enumerate() {
            let outcome = if pairs[..i].iter().any(|(earlier, _)| earlier == key) {
                Err(Error::new(key.span(), format!("`{key}` is given twice")))
            } else {
                args.set(attribute, key, expr)
            };
            outcome.unwrap_or_else(&mut report);
        }
        let required = match attribute {
            Attribute::Inference => Some((
                "model",
                "`model` is required: the name of the model, e.g. `#[instrument_inference(model = \"yolo\")]`",
            )),
            Attribute::Camera => Some((
                "stage",
                "`stage` is required: one of \"capture\", \"decode\", \"track\", \"publish\", \
                 e.g. `#[instrument_camera(stage = \"decode\")]`",
            )),
            Attribute::Stage => None,
        };
        if let Some((name, message)) = required {
            // A misspelt key is reported already.
            let meant = |key: &Ident| words::closest(&key.to_string(), attribute.keys()) == Some(name);
            if !pairs.iter().any(|(key, _)| meant(key)) {
                report(Error::new(Span::call_site(), message));
            }
        }
        errors.map_or(Ok(args), Err)
    }

    fn set(&mut self, attribute: Attribute, key: &Ident, expr: &Expr) -> Result<()> {
        let name = key.to_string();
        if !attribute.keys().contains(&name.as_str()) {
            return Err(grammar::unknown(attribute, key));
        }
        match name.as_str() {
            "model" => self.model = Some(Value::parse(&name, expr)?.not_empty(&name)?),
            "version" => self.version = Some(Value::parse(&name, expr)?),
            "stage" => self.stage = Some(stage(attribute, expr)?),
            "slo" => self.slo = Some(Value::parse(&name, expr)?.not_empty(&name)?),
            "tenant" => self.tenant = Some(Value::parse(&name, expr)?.not_empty(&name)?),
            "camera" => self.camera = Some(Value::parse(&name, expr)?.not_empty(&name)?),
            "batch" => self.batch = Some(value::integer(&name, expr)?),
            "ok_if" => self.ok_if = Some(value::predicate(&name, expr)?),
            "timeout_if" => self.timeout_if = Some(value::predicate(&name, expr)?),
            "name" => self.name = Some(value::literal(&name, expr)?),
            "crate_path" => self.crate_path = Some(parse_crate_path(expr)?),
            _ => return Err(grammar::unknown(attribute, key)),
        }
        Ok(())
    }
}

fn stage(attribute: Attribute, expr: &Expr) -> Result<Value> {
    match attribute {
        Attribute::Camera => value::one_of("stage", expr, CAMERA_STAGES).map(Value::Literal),
        _ => match Value::parse("stage", expr)? {
            Value::Literal(_) => value::one_of("stage", expr, INFERENCE_STAGES).map(Value::Literal),
            computed => Ok(computed),
        },
    }
}

#[cfg(test)]
mod tests;
