//! Code generation.
//!
//! Every generated token is spanned by the expansion: locals cannot meet the user's, and lints know that nobody wrote
//! them. Where an error should point at the user's code, a generated token is *located* there.

mod bare;
mod call;
mod measured;

use crate::args::{Args, Attribute};
use crate::function::Function;
use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Expr, Type};

/// The function with its body measured, or as it was without the feature `enabled`.
pub(crate) fn expand(attribute: Attribute, args: &Args, function: Function) -> TokenStream {
    let body = if cfg!(feature = "enabled") {
        measured::body(attribute, args, &function)
    } else {
        bare::body(args, &function)
    };
    let Function { head, inner_attributes, body_span, .. } = function;
    let block = braced(quote!(#inner_attributes #body), located_at(body_span));
    quote!(#head #block)
}

fn span() -> Span {
    Span::mixed_site()
}

fn located_at(user: Span) -> Span {
    span().located_at(user)
}

fn braced(statements: TokenStream, span: Span) -> Group {
    let mut block = Group::new(Delimiter::Brace, statements);
    block.set_span(span);
    block
}

/// An expression of the user as `&str`, borrowed.
fn text(expr: &Expr) -> TokenStream {
    quote_spanned! {located_at(expr.span())=>
        ::core::convert::AsRef::<::core::primitive::str>::as_ref(&(#expr))
    }
}

/// Never runs: tells the compiler what the block returns before it reads the body, so that a wrong type is reported
/// at the user's expression and `?` knows what to convert to.
fn return_type_hint(ty: &Type) -> TokenStream {
    quote_spanned! {located_at(ty.span())=>
        if let ::core::option::Option::Some(__its_return) = ::core::option::Option::None::<#ty> {
            return __its_return;
        }
    }
}

#[cfg(test)]
mod tests;
