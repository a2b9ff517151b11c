//! The measured body, one form for each of: value, `async fn`, function that returns a future, stream.

use super::call::{call, runtime, verdict};
use super::{braced, located_at, return_type_hint, span};
use crate::args::{Args, Attribute};
use crate::function::Function;
use crate::returned::{Holder, Returned, is_nameable, nameable};
use crate::tail::Tail;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Type, parse_quote};

pub(super) fn body(attribute: Attribute, args: &Args, function: &Function) -> TokenStream {
    let call = call(attribute, args, function);
    Measured { args, function, call }.body()
}

struct Measured<'a> {
    args: &'a Args,
    function: &'a Function,
    call: TokenStream,
}

/// Where an awaited call comes from.
enum Begin<'a> {
    /// The expression that builds it.
    Call(&'a TokenStream),
    /// The local `__its_prepared`, made while the function's arguments could still be borrowed.
    Prepared,
}

impl Measured<'_> {
    fn body(&self) -> TokenStream {
        let statements = &self.function.body;
        let output = &self.function.output;
        if self.function.is_async {
            let span = located_at(self.function.body_span);
            let future = async_block(&quote_spanned!(span=> async move), Some(output), statements, span);
            return self.awaited(&Begin::Call(&self.call), Some(output), &future);
        }
        let tail = Tail::parse(statements);
        let projected;
        let (holder, resolved) = match (Returned::from_type(output), &tail) {
            (Returned::Stream(holder, item), _) => return self.stream(holder, item, output),
            (Returned::Future(holder, resolved), _) => (holder, resolved),
            // An alias or an associated type, but the body says what it is.
            (Returned::Value, Some(tail)) => {
                projected =
                    is_nameable(output).then(|| parse_quote!(<#output as ::core::future::Future>::Output));
                (tail.holder, projected.as_ref())
            }
            (Returned::Value, None) => return self.value(output),
        };
        match tail {
            Some(tail) if tail.is_whole_body() => tail.map(|head, statements, span| {
                let future = async_block(&head, resolved, &statements, located_at(span));
                self.awaited(&Begin::Call(&self.call), resolved, &future)
            }),
            _ => self.future(holder, resolved, output),
        }
    }

    fn value(&self, output: &Type) -> TokenStream {
        let closure = self.closure(output);
        self.observed(&self.call, Some(output), &quote_spanned!(span()=> __its_observation.call(#closure)))
    }

    /// From start to finish. What never returns is never finished: it can only panic or be dropped.
    fn observed(&self, call: &TokenStream, output: Option<&Type>, result: &TokenStream) -> TokenStream {
        let start = quote_spanned!(span()=> let mut __its_observation = #call.start(););
        if matches!(output, Some(Type::Never(_))) {
            return quote!(#start #result);
        }
        let verdict = verdict(self.args, &quote_spanned!(span()=> &__its_result));
        quote_spanned! {span()=>
            #start
            let __its_result = #result;
            __its_observation.end(#verdict);
            __its_result
        }
    }

    /// The inside of an async block; a stream that comes out of it is measured instead of the way to it.
    fn awaited(&self, begin: &Begin<'_>, resolved: Option<&Type>, future: &TokenStream) -> TokenStream {
        if let Some(Returned::Stream(holder, item)) = resolved.map(Returned::from_type) {
            let prepare = match begin {
                Begin::Call(call) => Some(quote_spanned!(span()=> let __its_prepared = #call.prepare();)),
                Begin::Prepared => None,
            };
            let observed = self.observed_stream(holder, item);
            return quote_spanned! {span()=>
                #prepare
                let __its_stream = #future.await;
                #observed
            };
        }
        let call = match begin {
            Begin::Call(call) => call,
            Begin::Prepared => &quote_spanned!(span()=> __its_prepared),
        };
        self.observed(call, resolved, &quote_spanned!(span()=> __its_observation.watch(#future).await))
    }

    /// A future that the body makes in its own way.
    fn future(&self, holder: Holder, resolved: Option<&Type>, output: &Type) -> TokenStream {
        let (call, evaluated) = (&self.call, self.evaluated(output));
        let awaited = self.awaited(&Begin::Prepared, resolved, &quote_spanned!(span()=> __its_future));
        let future = held(holder, &quote_spanned!(span()=> async move { #awaited }));
        quote_spanned! {span()=>
            let __its_prepared = #call.prepare();
            let __its_future = #evaluated;
            #future
        }
    }

    fn stream(&self, holder: Holder, item: Option<&Type>, output: &Type) -> TokenStream {
        let (call, evaluated) = (&self.call, self.evaluated(output));
        let observed = self.observed_stream(holder, item);
        quote_spanned! {span()=>
            let __its_prepared = #call.prepare();
            let __its_stream = #evaluated;
            #observed
        }
    }

    fn observed_stream(&self, holder: Holder, item: Option<&Type>) -> TokenStream {
        let runtime = runtime(self.args);
        let item = item.and_then(nameable).unwrap_or_else(|| parse_quote!(_));
        let verdict = verdict(self.args, &quote_spanned!(span()=> __its_item));
        let observed = quote_spanned! {span()=>
            #runtime::ObservedStream::new(__its_prepared, __its_stream, move |__its_item: &#item| #verdict)
        };
        held(holder, &observed)
    }

    /// The body, run here and once. Given to a function that takes `FnOnce`, because a closure called in place may be
    /// inferred `FnMut`, which cannot return what borrows from a `&mut` argument.
    fn evaluated(&self, output: &Type) -> TokenStream {
        let closure = self.closure(output);
        quote_spanned! {span()=>
            ::core::option::Option::unwrap_or_else(::core::option::Option::None, #closure)
        }
    }

    /// The body as a closure, so that `return` and `?` end there.
    fn closure(&self, output: &Type) -> TokenStream {
        let output = nameable(output).map(|ty| quote_spanned!(span()=> -> #ty));
        let at = located_at(self.function.body_span);
        let block = braced(self.function.body.clone(), at);
        quote_spanned!(at=> move || #output #block)
    }
}

fn async_block(
    head: &TokenStream,
    resolved: Option<&Type>,
    statements: &TokenStream,
    span: Span,
) -> TokenStream {
    let hint = resolved
        .and_then(nameable)
        .filter(|ty| !matches!(ty, Type::Never(_)))
        .map(|ty| return_type_hint(&ty));
    let block = braced(quote!(#hint #statements), span);
    quote!(#head #block)
}

fn held(holder: Holder, value: &TokenStream) -> TokenStream {
    match holder {
        Holder::Bare => value.clone(),
        Holder::Boxed => quote_spanned!(span()=> ::std::boxed::Box::pin(#value)),
    }
}
