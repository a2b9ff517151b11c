//! The body without the feature `enabled`.

use super::{span, text};
use crate::args::{Args, Value};
use crate::function::Function;
use crate::returned::{Returned, is_nameable};
use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::Type;

/// The body as it was. Expressions in the arguments are type-checked in a branch that is never taken, so that switching
/// the feature off neither hides a mistake nor leaves an argument or function unused that only the attribute uses.
pub(super) fn body(args: &Args, function: &Function) -> TokenStream {
    let values = [&args.model, &args.version, &args.stage, &args.slo, &args.tenant, &args.camera];
    let texts = values.into_iter().flatten().filter_map(|value| match value {
        Value::Literal(_) => None,
        Value::Computed(expr) => Some(text(expr)),
    });
    let mut checks: Vec<TokenStream> = texts.map(|text| quote_spanned!(span()=> let _ = #text;)).collect();
    checks.extend(args.batch.as_ref().map(|batch| quote_spanned!(span()=> let _ = &(#batch);)));
    let output = &function.output;
    if let Some(result) = judged(output).filter(|ty| is_nameable(ty)) {
        let predicates = [&args.ok_if, &args.timeout_if].into_iter().flatten();
        checks.extend(predicates.map(|predicate| {
            quote_spanned! {span()=>
                let _ = ::core::option::Option::<&#result>::is_some_and(::core::option::Option::None, #predicate);
            }
        }));
    }
    let body = &function.body;
    let check = (!checks.is_empty()).then(|| quote_spanned!(span()=> if false { #(#checks)* }));
    quote_spanned!(span()=> #check #body)
}

/// What the predicates are asked about.
fn judged(output: &Type) -> Option<&Type> {
    match Returned::from_type(output) {
        Returned::Value => Some(output),
        Returned::Future(_, resolved) => resolved.and_then(judged),
        Returned::Stream(_, item) => item,
    }
}
