//! What a return type says about how to measure: a value, a future, or a stream.

use syn::punctuated::Punctuated;
use syn::{GenericArgument, PathArguments, PathSegment, Token, Type, TypeInfer, TypeParamBound, TypePath};

/// Read from the words of the type: a macro cannot see through an alias.
#[derive(Clone, Copy)]
pub(crate) enum Returned<'a> {
    Value,
    Future(Holder, Option<&'a Type>),
    Stream(Holder, Option<&'a Type>),
}

/// Whether the future or stream is returned as it is or in a `Pin<Box<..>>`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Holder {
    Bare,
    Boxed,
}

impl<'a> Returned<'a> {
    pub(crate) fn from_type(ty: &'a Type) -> Self {
        match ty {
            Type::Paren(ty) => Returned::from_type(&ty.elem),
            Type::Group(ty) => Returned::from_type(&ty.elem),
            Type::ImplTrait(ty) => from_bounds(Holder::Bare, &ty.bounds),
            Type::Path(TypePath { qself: None, path, .. }) => {
                path.segments.last().map_or(Returned::Value, from_segment)
            }
            _ => Returned::Value,
        }
    }
}

fn from_segment(segment: &PathSegment) -> Returned<'_> {
    match segment.ident.to_string().as_str() {
        // The aliases of the futures crates.
        "BoxFuture" | "LocalBoxFuture" => Returned::Future(Holder::Boxed, type_arguments(segment).next()),
        "BoxStream" | "LocalBoxStream" => Returned::Stream(Holder::Boxed, type_arguments(segment).next()),
        "Pin" => match type_arguments(segment).next() {
            Some(Type::Path(TypePath { qself: None, path, .. })) => match path.segments.last() {
                Some(inner) if inner.ident == "Box" => match type_arguments(inner).next() {
                    Some(Type::TraitObject(object)) => from_bounds(Holder::Boxed, &object.bounds),
                    _ => Returned::Value,
                },
                _ => Returned::Value,
            },
            _ => Returned::Value,
        },
        _ => Returned::Value,
    }
}

fn from_bounds(holder: Holder, bounds: &Punctuated<TypeParamBound, Token![+]>) -> Returned<'_> {
    let last_segments = bounds.iter().filter_map(|bound| match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last(),
        _ => None,
    });
    for segment in last_segments {
        if segment.ident == "Future" {
            return Returned::Future(holder, associated(segment, "Output"));
        }
        if segment.ident == "Stream" {
            return Returned::Stream(holder, associated(segment, "Item"));
        }
    }
    Returned::Value
}

fn arguments(segment: &PathSegment) -> impl Iterator<Item = &GenericArgument> {
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(arguments.args.iter()),
        _ => None,
    }
    .into_iter()
    .flatten()
}

fn type_arguments(segment: &PathSegment) -> impl Iterator<Item = &Type> {
    arguments(segment).filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

fn associated<'a>(segment: &'a PathSegment, name: &str) -> Option<&'a Type> {
    arguments(segment).find_map(|argument| match argument {
        GenericArgument::AssocType(assoc) if assoc.ident == name => Some(&assoc.ty),
        _ => None,
    })
}

/// The type as it can be written inside a body: `impl Trait` becomes `_`. `None` when nothing but `_` would be left.
pub(crate) fn nameable(ty: &Type) -> Option<Type> {
    let mut ty = ty.clone();
    erase_impl_trait(&mut ty);
    (!matches!(ty, Type::Infer(_))).then_some(ty)
}

/// True when [`nameable`] leaves the type as it is.
pub(crate) fn is_nameable(ty: &Type) -> bool {
    !erase_impl_trait(&mut ty.clone())
}

/// Tells whether there was any.
fn erase_impl_trait(ty: &mut Type) -> bool {
    match ty {
        Type::ImplTrait(inner) => {
            let underscore_token = Token![_](inner.impl_token.span);
            *ty = Type::Infer(TypeInfer { attrs: Vec::new(), underscore_token });
            true
        }
        Type::Array(ty) => erase_impl_trait(&mut ty.elem),
        Type::Group(ty) => erase_impl_trait(&mut ty.elem),
        Type::Paren(ty) => erase_impl_trait(&mut ty.elem),
        Type::Ptr(ty) => erase_impl_trait(&mut ty.elem),
        Type::Reference(ty) => erase_impl_trait(&mut ty.elem),
        Type::Slice(ty) => erase_impl_trait(&mut ty.elem),
        Type::Tuple(ty) => ty.elems.iter_mut().fold(false, |found, ty| erase_impl_trait(ty) | found),
        Type::Path(ty) => {
            let arguments = ty.path.segments.iter_mut().filter_map(|segment| match &mut segment.arguments {
                PathArguments::AngleBracketed(arguments) => Some(&mut arguments.args),
                _ => None,
            });
            arguments.flatten().fold(false, |found, argument| match argument {
                GenericArgument::Type(ty) => erase_impl_trait(ty) | found,
                GenericArgument::AssocType(assoc) => erase_impl_trait(&mut assoc.ty) | found,
                _ => found,
            })
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Holder, Returned, is_nameable, nameable};
    use quote::{ToTokens as _, quote};
    use syn::{Type, parse_quote};

    /// `future`, `boxed stream`, .. and what comes out of it.
    fn described(ty: &Type) -> String {
        let (what, holder, out) = match Returned::from_type(ty) {
            Returned::Value => return "value".to_owned(),
            Returned::Future(holder, out) => ("future", holder, out),
            Returned::Stream(holder, out) => ("stream", holder, out),
        };
        let boxed = if holder == Holder::Boxed { "boxed " } else { "" };
        format!("{boxed}{what} of {}", out.map(|ty| ty.to_token_stream().to_string()).unwrap_or_default())
    }

    #[test]
    fn futures_and_streams_are_recognised_by_their_words() {
        for (ty, expected) in [
            (parse_quote!(u8), "value"),
            (parse_quote!(Result<impl Future<Output = u8>, E>), "value"),
            (parse_quote!(impl Iterator<Item = u8>), "value"),
            (parse_quote!(Box<dyn Future<Output = u8>>), "value"),
            (parse_quote!(Self::Future), "value"),
            (parse_quote!(Pin<&mut T>), "value"),
            (parse_quote!(impl Future<Output = u8> + Send + 'a), "future of u8"),
            (parse_quote!(impl 'a + Send + ::std::future::Future<Output = ()>), "future of ()"),
            (parse_quote!(Pin<Box<dyn Future<Output = u8> + Send>>), "boxed future of u8"),
            (
                parse_quote!(core::pin::Pin<std::boxed::Box<dyn core::future::Future<Output = u8>>>),
                "boxed future of u8",
            ),
            (parse_quote!(BoxFuture<'_, u8>), "boxed future of u8"),
            (parse_quote!(futures::future::LocalBoxFuture<'static, u8>), "boxed future of u8"),
            (parse_quote!(impl Stream<Item = u8>), "stream of u8"),
            (parse_quote!(Pin<Box<dyn Stream<Item = u8> + Send>>), "boxed stream of u8"),
            (parse_quote!(BoxStream<'a, u8>), "boxed stream of u8"),
        ] {
            assert_eq!(described(&ty), expected, "{}", quote!(#ty));
        }
    }

    #[test]
    fn impl_trait_is_erased_wherever_it_stands() {
        let erased = |ty: Type| nameable(&ty).map(|ty| ty.to_token_stream().to_string());
        assert_eq!(erased(parse_quote!(impl Copy)), None);
        assert_eq!(erased(parse_quote!(&'a [(u8, impl Copy)])).as_deref(), Some("& 'a [(u8 , _)]"));
        assert_eq!(
            erased(parse_quote!(Result<Vec<impl Copy>, E>)).as_deref(),
            Some("Result < Vec < _ > , E >")
        );
        assert!(is_nameable(&parse_quote!(Result<[u8; 2], Box<dyn Error>>)));
        assert!(!is_nameable(&parse_quote!((impl Copy, u8))));
    }
}
