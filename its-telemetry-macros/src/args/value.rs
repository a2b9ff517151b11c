//! What may stand behind the `=`.

use crate::words;
use syn::spanned::Spanned as _;
use syn::{Error, Expr, ExprLit, Lit, LitStr, Path, Result};

/// A text: known when the macro runs, or computed at each call.
pub(crate) enum Value {
    Literal(LitStr),
    Computed(Expr),
}

impl Value {
    pub(super) fn parse(key: &str, expr: &Expr) -> Result<Self> {
        match peel(expr) {
            Expr::Lit(ExprLit { lit: Lit::Str(literal), .. }) => Ok(Value::Literal(literal.clone())),
            Expr::Lit(_) | Expr::Closure(_) => Err(Error::new(
                expr.span(),
                format!("`{key}` takes a string literal, or an expression that is `AsRef<str>`"),
            )),
            _ => Ok(Value::Computed(expr.clone())),
        }
    }

    pub(super) fn not_empty(self, key: &str) -> Result<Self> {
        match &self {
            Value::Literal(literal) => check_not_empty(key, literal)?,
            Value::Computed(_) => {}
        }
        Ok(self)
    }
}

/// A string literal that is not empty.
pub(super) fn literal(key: &str, expr: &Expr) -> Result<LitStr> {
    match peel(expr) {
        Expr::Lit(ExprLit { lit: Lit::Str(literal), .. }) => {
            check_not_empty(key, literal)?;
            Ok(literal.clone())
        }
        _ => Err(Error::new(expr.span(), format!("`{key}` takes a string literal"))),
    }
}

/// A string literal out of a closed set.
pub(super) fn one_of(key: &str, expr: &Expr, allowed: &[&str]) -> Result<LitStr> {
    let Expr::Lit(ExprLit { lit: Lit::Str(literal), .. }) = peel(expr) else {
        let allowed = words::quoted_list(allowed);
        return Err(Error::new(
            expr.span(),
            format!("`{key}` takes one of these string literals: {allowed}"),
        ));
    };
    if allowed.contains(&literal.value().as_str()) {
        return Ok(literal.clone());
    }
    let text = literal.value();
    Err(Error::new(literal.span(), format!("unknown {key} `{text}`{}", words::allowed(&text, allowed))))
}

pub(super) fn integer(key: &str, expr: &Expr) -> Result<Expr> {
    match peel(expr) {
        Expr::Lit(ExprLit { lit: Lit::Int(_), .. }) => Ok(expr.clone()),
        Expr::Lit(_) | Expr::Closure(_) => {
            Err(Error::new(expr.span(), format!("`{key}` takes an integer expression, e.g. `frames.len()`")))
        }
        _ => Ok(expr.clone()),
    }
}

pub(super) fn predicate(key: &str, expr: &Expr) -> Result<Expr> {
    match peel(expr) {
        Expr::Lit(_) => Err(Error::new(
            expr.span(),
            format!(
                "`{key}` takes a function or closure that is given `&result`, e.g. `{key} = |r| r.is_some()`"
            ),
        )),
        _ => Ok(expr.clone()),
    }
}

/// `crate_path = "a::b"` or `crate_path = a::b`.
pub(crate) fn parse_crate_path(expr: &Expr) -> Result<Path> {
    let error = |span| {
        Error::new(span, "`crate_path` takes the path of its-telemetry, e.g. `\"my_crate::telemetry\"`")
    };
    match peel(expr) {
        Expr::Path(path) if path.qself.is_none() && path.attrs.is_empty() => Ok(path.path.clone()),
        Expr::Lit(ExprLit { lit: Lit::Str(literal), .. }) => {
            literal.parse_with(Path::parse_mod_style).map_err(|_| error(literal.span()))
        }
        _ => Err(error(expr.span())),
    }
}

fn check_not_empty(key: &str, literal: &LitStr) -> Result<()> {
    if literal.value().is_empty() {
        return Err(Error::new(literal.span(), format!("`{key}` must not be empty")));
    }
    Ok(())
}

/// A fragment that went through `macro_rules!` comes in an invisible group.
fn peel(mut expr: &Expr) -> &Expr {
    while let Expr::Group(group) = expr {
        expr = &group.expr;
    }
    expr
}
