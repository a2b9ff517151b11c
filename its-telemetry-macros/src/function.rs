//! The function under the attribute.

use crate::args::Attribute;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser as _};
use syn::{Error, Result, ReturnType, Signature, Type, Visibility, parse_quote_spanned};

pub(crate) struct Function {
    /// Everything before the body, as written.
    pub(crate) head: TokenStream,
    pub(crate) is_async: bool,
    pub(crate) name: Ident,
    /// `()` when none is written.
    pub(crate) output: Type,
    /// `#![..]` at the start of the body.
    pub(crate) inner_attributes: TokenStream,
    /// The statements of the body, as written.
    pub(crate) body: TokenStream,
    pub(crate) body_span: Span,
}

impl Function {
    pub(crate) fn parse(attribute: Attribute, item: TokenStream) -> Result<Self> {
        let signature = (|input: ParseStream<'_>| signature(attribute, input)).parse2(item.clone())?;
        let mut head: Vec<TokenTree> = item.into_iter().collect();
        let Some(body) = head.pop().and_then(block) else {
            return Err(without_body(attribute, signature.fn_token.span));
        };
        let (inner_attributes, statements) = split_inner_attributes.parse2(body.stream())?;
        Ok(Function {
            head: head.into_iter().collect(),
            is_async: signature.asyncness.is_some(),
            output: match signature.output {
                ReturnType::Default => parse_quote_spanned!(signature.paren_token.span.close()=> ()),
                ReturnType::Type(_, ty) => *ty,
            },
            name: signature.ident,
            inner_attributes,
            body: statements,
            body_span: body.span(),
        })
    }
}

fn signature(attribute: Attribute, input: ParseStream<'_>) -> Result<Signature> {
    input.call(syn::Attribute::parse_outer)?;
    input.parse::<Visibility>()?;
    let start = input.fork();
    let Ok(signature) = input.parse::<Signature>() else {
        return Err(not_a_function(attribute, &start));
    };
    let attribute_name = attribute.name();
    if let Some(constness) = signature.constness {
        return Err(Error::new(
            constness.span,
            format!("`#[{attribute_name}]` cannot measure a `const fn`: it may run at compile time"),
        ));
    }
    if let Some(abi) = &signature.abi {
        return Err(Error::new(
            abi.extern_token.span,
            format!(
                "`#[{attribute_name}]` cannot measure an `extern` function: put it on a Rust function inside"
            ),
        ));
    }
    if input.peek(syn::Token![;]) {
        return Err(without_body(attribute, input.span()));
    }
    input.parse::<TokenStream>()?;
    Ok(signature)
}

fn without_body(attribute: Attribute, span: Span) -> Error {
    let attribute = attribute.name();
    Error::new(
        span,
        format!(
            "`#[{attribute}]` needs a function with a body: put it on the implementations, \
             or give this one a default body"
        ),
    )
}

fn not_a_function(attribute: Attribute, input: ParseStream<'_>) -> Error {
    let attribute = attribute.name();
    let mut cursor = input.cursor();
    while let Some((ident, next)) = cursor.ident() {
        let what = match ident.to_string().as_str() {
            "unsafe" | "auto" => {
                cursor = next;
                continue;
            }
            "impl" => return each_method(attribute, ident.span(), "impl block"),
            "trait" => return each_method(attribute, ident.span(), "trait"),
            "struct" => "a struct",
            "enum" => "an enum",
            "union" => "a union",
            "mod" => "a module",
            "const" => "a constant",
            "static" => "a static",
            "type" => "a type",
            "use" => "an import",
            _ => break,
        };
        return Error::new(
            ident.span(),
            format!("`#[{attribute}]` goes on a function or method, not on {what}"),
        );
    }
    Error::new(cursor.span(), format!("`#[{attribute}]` goes on a function or method"))
}

fn each_method(attribute: &str, span: Span, what: &str) -> Error {
    Error::new(
        span,
        format!(
            "`#[{attribute}]` goes on a function or method: put it on each method of this {what} to be measured"
        ),
    )
}

/// The braces, also when they come out of a `$body:block` fragment.
fn block(token: TokenTree) -> Option<Group> {
    match token {
        TokenTree::Group(group) => match group.delimiter() {
            Delimiter::Brace => Some(group),
            Delimiter::None => group.stream().into_iter().last().and_then(block),
            _ => None,
        },
        _ => None,
    }
}

fn split_inner_attributes(input: ParseStream<'_>) -> Result<(TokenStream, TokenStream)> {
    let attributes = input.call(syn::Attribute::parse_inner)?;
    let attributes = attributes.iter().map(ToTokens::to_token_stream).collect();
    Ok((attributes, input.parse()?))
}
