//! The async block that the body of a function without `async` ends with.
//!
//! `#[async_trait]` leaves `Box::pin(async move { .. })`; by hand people also write a bare block or `.boxed()`.
//! Measuring inside that block needs no second box, and no more than the function itself captures.

use crate::returned::Holder;
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::Parser as _;
use syn::{Block, Expr, ExprAsync, ExprPath, Stmt};

pub(crate) struct Tail {
    statements: Vec<Stmt>,
    pub(crate) holder: Holder,
}

impl Tail {
    /// `None` as well for a body that `syn` cannot parse, e.g. while it is being typed.
    pub(crate) fn parse(body: &TokenStream) -> Option<Self> {
        if !mentions_async(body) {
            return None;
        }
        let mut statements = Block::parse_within.parse2(body.clone()).ok()?;
        let (holder, _) = last_async_block(&mut statements)?;
        Some(Tail { statements, holder })
    }

    /// True when no statement runs before the block is made.
    pub(crate) fn is_whole_body(&self) -> bool {
        self.statements.len() == 1
    }

    /// The body with the block's inside replaced by `inside(async [move], statements, span of the braces)`.
    pub(crate) fn map(
        mut self,
        inside: impl FnOnce(TokenStream, TokenStream, Span) -> TokenStream,
    ) -> TokenStream {
        if let Some((_, block)) = last_async_block(&mut self.statements) {
            let (async_token, capture) = (&block.async_token, &block.capture);
            let statements = &block.block.stmts;
            let inside = inside(
                quote!(#async_token #capture),
                quote!(#(#statements)*),
                block.block.brace_token.span.join(),
            );
            block.block.stmts = vec![Stmt::Expr(Expr::Verbatim(inside), None)];
        }
        self.statements.iter().map(ToTokens::to_token_stream).collect()
    }
}

fn last_async_block(statements: &mut [Stmt]) -> Option<(Holder, &mut ExprAsync)> {
    match statements.last_mut()? {
        Stmt::Expr(expr, None) => async_block(expr),
        _ => None,
    }
}

fn async_block(expr: &mut Expr) -> Option<(Holder, &mut ExprAsync)> {
    match expr {
        Expr::Async(block) => Some((Holder::Bare, block)),
        Expr::Call(call) if call.args.len() == 1 && is_box_pin(&call.func) => match call.args.first_mut()? {
            Expr::Async(block) => Some((Holder::Boxed, block)),
            _ => None,
        },
        Expr::MethodCall(call) if call.method == "boxed" || call.method == "boxed_local" => {
            match &mut *call.receiver {
                Expr::Async(block) => Some((Holder::Boxed, block)),
                _ => None,
            }
        }
        _ => None,
    }
}

fn is_box_pin(function: &Expr) -> bool {
    let Expr::Path(ExprPath { path, .. }) = function else { return false };
    let mut segments = path.segments.iter().rev();
    segments.next().is_some_and(|last| last.ident == "pin")
        && segments.next().is_some_and(|ty| ty.ident == "Box")
}

/// Spares the parsing of most synchronous bodies.
fn mentions_async(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "async",
        TokenTree::Group(group) => mentions_async(&group.stream()),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::Tail;
    use crate::returned::Holder;
    use quote::quote;

    #[test]
    fn finds_the_async_block_at_the_end() {
        for (body, holder, whole) in [
            (quote!(async { 1 }), Holder::Bare, true),
            (quote!(async move { 1 }), Holder::Bare, true),
            (quote!(Box::pin(async move { 1 })), Holder::Boxed, true),
            (quote!(::std::boxed::Box::pin(async move { 1 },)), Holder::Boxed, true),
            (quote!(async move { 1 }.boxed()), Holder::Boxed, true),
            (quote!(let n = 1; async move { n }), Holder::Bare, false),
            (quote!(if a { return b; } Box::pin(async move { 1 })), Holder::Boxed, false),
        ] {
            let tail = Tail::parse(&body).unwrap_or_else(|| panic!("{body}"));
            assert_eq!((tail.holder, tail.is_whole_body()), (holder, whole), "{body}");
        }
    }

    #[test]
    fn finds_none_elsewhere() {
        for body in [
            quote!(),
            quote!(1),
            quote!(spawn(async move { 1 })),
            quote!(async move { 1 };),
            quote!(Rc::pin(async move { 1 })),
            quote!(let f = async { 1 }; f),
            quote!(if a { async { 1 } } else { async { 2 } }),
            quote!(not rust async at all),
        ] {
            assert!(Tail::parse(&body).is_none(), "{body}");
        }
    }

    #[test]
    fn replaces_only_the_inside() {
        let body = quote!(let n = 1; #[allow(a)] Box::pin(async move { n }));
        let tail = Tail::parse(&body).unwrap_or_else(|| panic!("{body}"));
        let mapped = tail.map(|head, statements, _| quote!(before; #head { #statements }));
        let expected = quote!(let n = 1; #[allow(a)] Box::pin(async move { before; async move { n } }));
        assert_eq!(mapped.to_string(), expected.to_string());
    }
}
