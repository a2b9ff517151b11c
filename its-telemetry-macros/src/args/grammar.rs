//! `key = value, ..`

use super::Attribute;
use crate::words;
use proc_macro2::Ident;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Error, Expr, Result, Token};

/// Keys are checked by the caller, all at once; only what breaks the grammar ends the parsing.
pub(super) fn pairs(attribute: Attribute, input: ParseStream<'_>) -> Result<Vec<(Ident, Expr)>> {
    let mut pairs = Vec::new();
    while !input.is_empty() {
        if !input.peek(Ident::peek_any) {
            return Err(input.error(format!("expected `key = value`\n{}", keys(attribute))));
        }
        let key = input.call(Ident::parse_any)?;
        if !input.peek(Token![=]) {
            return Err(if attribute.keys().contains(&key.to_string().as_str()) {
                Error::new(key.span(), format!("`{key}` needs a value: `{key} = ..`"))
            } else {
                unknown(attribute, &key)
            });
        }
        input.parse::<Token![=]>()?;
        if input.is_empty() || input.peek(Token![,]) {
            return Err(Error::new(key.span(), format!("`{key}` needs a value: `{key} = ..`")));
        }
        pairs.push((key, input.parse()?));
        if !input.is_empty() {
            if !input.peek(Token![,]) {
                return Err(input.error("expected `,` between two arguments"));
            }
            input.parse::<Token![,]>()?;
        }
    }
    Ok(pairs)
}

pub(super) fn unknown(attribute: Attribute, key: &Ident) -> Error {
    let attribute_name = attribute.name();
    let message = if attribute == Attribute::Stage && key == "stage" {
        format!("`{attribute_name}` has no argument `stage`: its `name` is the stage\n{}", keys(attribute))
    } else {
        let allowed = words::allowed(&key.to_string(), attribute.keys());
        format!("`{attribute_name}` has no argument `{key}`{allowed}")
    };
    Error::new(key.span(), message)
}

fn keys(attribute: Attribute) -> String {
    format!("allowed: {}", words::quoted_list(attribute.keys()))
}
