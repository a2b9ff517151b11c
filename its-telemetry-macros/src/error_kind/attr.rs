//! `#[error_kind(..)]`

use crate::args::parse_crate_path;
use crate::words;
use proc_macro2::{Ident, Span};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Attribute, Error, LitStr, Path, Result, Token};

const OUTCOMES: &[(&str, &str)] =
    &[("error", "Error"), ("timeout", "Timeout"), ("rejected", "Rejected"), ("cancelled", "Cancelled")];

/// Where the attribute stands, which decides what it may say.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    Struct,
    Enum,
    Variant,
}

impl Place {
    fn keys(self) -> &'static [&'static str] {
        match self {
            Place::Struct => &["name", "outcome", "transparent", "crate_path"],
            Place::Enum => &["crate_path"],
            Place::Variant => &["name", "outcome", "transparent"],
        }
    }
}

#[derive(Default)]
pub(super) struct Attr {
    pub(super) name: Option<LitStr>,
    /// Variant of the runtime's `Outcome`.
    pub(super) outcome: Option<Ident>,
    pub(super) transparent: Option<Span>,
    pub(super) crate_path: Option<Path>,
}

impl Attr {
    /// Several attributes on one place add up.
    pub(super) fn parse(place: Place, attributes: &[Attribute]) -> Result<Self> {
        let mut attr = Attr::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("error_kind")) {
            attribute.parse_args_with(|input: ParseStream<'_>| attr.extend(place, input))?;
        }
        match attr.transparent {
            Some(span) if attr.name.is_some() || attr.outcome.is_some() => Err(Error::new(
                span,
                "`transparent` takes kind and outcome from the field: give nothing else",
            )),
            _ => Ok(attr),
        }
    }

    fn extend(&mut self, place: Place, input: ParseStream<'_>) -> Result<()> {
        while !input.is_empty() {
            if input.peek(LitStr) {
                let literal: LitStr = input.parse()?;
                self.set_name(place, literal.span(), literal)?;
            } else {
                let key = input.call(Ident::parse_any)?;
                self.set(place, &key, input)?;
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }

    fn set(&mut self, place: Place, key: &Ident, input: ParseStream<'_>) -> Result<()> {
        let name = key.to_string();
        if !place.keys().contains(&name.as_str()) {
            return Err(misplaced(place, key.span(), &name));
        }
        if name == "transparent" {
            return once(&mut self.transparent, &name, key.span(), key.span());
        }
        input.parse::<Token![=]>()?;
        match name.as_str() {
            "name" => self.set_name(place, key.span(), input.parse()?),
            "outcome" => once(&mut self.outcome, &name, key.span(), outcome(&input.parse()?)?),
            _ => once(&mut self.crate_path, &name, key.span(), parse_crate_path(&input.parse()?)?),
        }
    }

    fn set_name(&mut self, place: Place, span: Span, literal: LitStr) -> Result<()> {
        if place == Place::Enum {
            return Err(misplaced(place, span, "name"));
        }
        if literal.value().is_empty() {
            return Err(Error::new(literal.span(), "the kind must not be empty"));
        }
        once(&mut self.name, "name", span, literal)
    }
}

fn misplaced(place: Place, span: Span, key: &str) -> Error {
    let everywhere = Place::Variant.keys().contains(&key);
    let message = match place {
        Place::Enum if everywhere => {
            format!("`{key}` belongs on a variant: each variant is a kind of its own")
        }
        Place::Variant if key == "crate_path" => "`crate_path` belongs on the enum".to_owned(),
        _ => format!("`error_kind` has no argument `{key}`{}", words::allowed(key, place.keys())),
    };
    Error::new(span, message)
}

fn once<T>(slot: &mut Option<T>, key: &str, span: Span, value: T) -> Result<()> {
    match slot.replace(value) {
        Some(_) => Err(Error::new(span, format!("`{key}` is given twice"))),
        None => Ok(()),
    }
}

fn outcome(literal: &LitStr) -> Result<Ident> {
    let text = literal.value();
    match OUTCOMES.iter().find(|(name, _)| *name == text) {
        Some((_, variant)) => Ok(Ident::new(variant, Span::mixed_site())),
        None => {
            let names: Vec<&str> = OUTCOMES.iter().map(|(name, _)| *name).collect();
            Err(Error::new(
                literal.span(),
                format!("unknown outcome `{text}`{}", words::allowed(&text, &names)),
            ))
        }
    }
}
