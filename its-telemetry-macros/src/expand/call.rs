//! The expression that describes a call: the runtime's `Call`, with everything the arguments say.

use super::{span, text};
use crate::args::{Args, Attribute, Value};
use crate::function::Function;
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::LitStr;
use syn::ext::IdentExt as _;

/// `<crate_path>::__private`
pub(super) fn runtime(args: &Args) -> TokenStream {
    match &args.crate_path {
        Some(path) => quote_spanned!(span()=> #path::__private),
        None => quote_spanned!(span()=> ::its_telemetry::__private),
    }
}

/// Literals go into a static, so that they are resolved once; computed values are borrowed for each call.
pub(super) fn call(attribute: Attribute, args: &Args, function: &Function) -> TokenStream {
    let runtime = runtime(args);
    let kind = Ident::new(attribute.kind(), span());
    let name = &function.name;
    let name = LitStr::new(&name.unraw().to_string(), name.span());
    let name = args.name.as_ref().unwrap_or(&name);
    let mut fixed = TokenStream::new();
    let mut computed = TokenStream::new();
    let default_stage = match attribute {
        Attribute::Inference => Some(Value::Literal(LitStr::new("total", span()))),
        Attribute::Camera => None,
        Attribute::Stage => Some(Value::Literal(name.clone())),
    };
    for (setter, value) in [
        ("model", args.model.as_ref()),
        ("version", args.version.as_ref()),
        ("stage", args.stage.as_ref().or(default_stage.as_ref())),
        ("slo", args.slo.as_ref()),
    ] {
        let setter = Ident::new(setter, span());
        match value {
            Some(Value::Literal(literal)) => fixed.extend(quote_spanned!(span()=> .#setter(#literal))),
            Some(Value::Computed(expr)) => {
                let text = text(expr);
                computed.extend(quote_spanned!(span()=> .#setter(#text)));
            }
            None => {}
        }
    }
    for (setter, value) in [("tenant", &args.tenant), ("camera", &args.camera)] {
        let setter = Ident::new(setter, span());
        let value = match value {
            Some(Value::Literal(literal)) => quote!(#literal),
            Some(Value::Computed(expr)) => text(expr),
            None => continue,
        };
        computed.extend(quote_spanned!(span()=> .#setter(#value)));
    }
    if let Some(batch) = &args.batch {
        computed.extend(quote_spanned!(span()=> .batch(#runtime::batch(#batch))));
    }
    quote_spanned! {span()=>
        #runtime::Call::new({
            static __ITS_SITE: #runtime::Site =
                #runtime::Site::new(#runtime::Kind::#kind, #name, ::core::module_path!()) #fixed;
            &__ITS_SITE
        }) #computed
    }
}

/// `verdict!` on an expression that is a reference to the result.
pub(super) fn verdict(args: &Args, result: &TokenStream) -> TokenStream {
    let runtime = runtime(args);
    let ok_if = args.ok_if.as_ref().map(|ok| quote_spanned!(span()=> , ok_if = #ok));
    let timeout_if = args.timeout_if.as_ref().map(|timeout| quote_spanned!(span()=> , timeout_if = #timeout));
    quote_spanned!(span()=> #runtime::verdict!(#result #ok_if #timeout_if))
}
