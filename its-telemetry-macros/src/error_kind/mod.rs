//! `#[derive(ErrorKind)]`

mod attr;

use crate::words::snake_case;
use attr::{Attr, Place};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Error, Field, Fields, LitStr, Member, Path, Result, Type, parse_quote};

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    syn::parse2(input).and_then(|input| expand(&input)).unwrap_or_else(Error::into_compile_error)
}

fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let (attr, arms) = match &input.data {
        Data::Struct(data) => {
            let attr = Attr::parse(Place::Struct, &input.attrs)?;
            let arm = Arm::new(quote_spanned!(span()=> Self), &attr, &input.ident, &data.fields)?;
            (attr, vec![arm])
        }
        Data::Enum(data) => {
            let attr = Attr::parse(Place::Enum, &input.attrs)?;
            let arms = data.variants.iter().map(|variant| {
                // Located, not spanned, so that a deprecated variant can be matched without a warning.
                let mut ident = variant.ident.clone();
                ident.set_span(span().located_at(ident.span()));
                let attr = Attr::parse(Place::Variant, &variant.attrs)?;
                Arm::new(quote_spanned!(span()=> Self::#ident), &attr, &variant.ident, &variant.fields)
            });
            (attr, arms.collect::<Result<_>>()?)
        }
        Data::Union(data) => {
            return Err(Error::new(data.union_token.span, "`ErrorKind` is derived for an enum or a struct"));
        }
    };
    let crate_path = attr.crate_path.unwrap_or_else(|| parse_quote!(::its_telemetry));
    let mut generics = input.generics.clone();
    let parameters: Vec<Ident> = generics.type_params().map(|parameter| parameter.ident.clone()).collect();
    for ty in arms.iter().filter_map(Arm::forwards_to) {
        if mentions(ty.to_token_stream(), &parameters) {
            generics.make_where_clause().predicates.push(parse_quote!(#ty: #crate_path::ErrorKind));
        }
    }
    let kinds = arms.iter().map(|arm| arm.kind(&crate_path));
    let outcomes = arms.iter().map(|arm| arm.outcome(&crate_path));
    let ident = &input.ident;
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    Ok(quote_spanned! {span()=>
        #[automatically_derived]
        impl #impl_generics #crate_path::ErrorKind for #ident #type_generics #where_clause {
            fn error_kind(&self) -> &'static ::core::primitive::str {
                match *self { #(#kinds)* }
            }

            fn outcome(&self) -> #crate_path::Outcome {
                match *self { #(#outcomes)* }
            }
        }
    })
}

/// The struct or one variant.
struct Arm<'a> {
    path: TokenStream,
    source: Source<'a>,
}

/// Where kind and outcome come from.
enum Source<'a> {
    Fixed { kind: LitStr, outcome: Ident },
    Field { member: Member, ty: &'a Type },
}

impl<'a> Arm<'a> {
    fn new(path: TokenStream, attr: &Attr, ident: &Ident, fields: &'a Fields) -> Result<Self> {
        for field in fields {
            if let Some(misplaced) =
                field.attrs.iter().find(|attribute| attribute.path().is_ident("error_kind"))
            {
                return Err(Error::new(misplaced.span(), "`error_kind` goes on the type or on a variant"));
            }
        }
        let source = match (attr.transparent, fields.iter().next(), fields.len()) {
            (Some(_), Some(Field { ident, ty, .. }), 1) => {
                Source::Field { member: ident.clone().map_or(Member::Unnamed(0.into()), Member::Named), ty }
            }
            (Some(span), _, count) => {
                return Err(Error::new(
                    span,
                    format!("`transparent` needs exactly one field, there are {count}"),
                ));
            }
            (None, ..) => {
                let kind = || LitStr::new(&snake_case(&ident.unraw().to_string()), span());
                let outcome = || Ident::new("Error", span());
                Source::Fixed {
                    kind: attr.name.clone().unwrap_or_else(kind),
                    outcome: attr.outcome.clone().unwrap_or_else(outcome),
                }
            }
        };
        Ok(Arm { path, source })
    }

    fn forwards_to(&self) -> Option<&'a Type> {
        match self.source {
            Source::Field { ty, .. } => Some(ty),
            Source::Fixed { .. } => None,
        }
    }

    fn kind(&self, crate_path: &Path) -> TokenStream {
        let path = &self.path;
        match &self.source {
            Source::Fixed { kind, .. } => quote_spanned!(span()=> #path { .. } => #kind,),
            Source::Field { member, ty } => quote_spanned! {span().located_at(ty.span())=>
                #path { #member: ref __its_inner } => #crate_path::ErrorKind::error_kind(__its_inner),
            },
        }
    }

    fn outcome(&self, crate_path: &Path) -> TokenStream {
        let path = &self.path;
        match &self.source {
            Source::Fixed { outcome, .. } => {
                quote_spanned!(span()=> #path { .. } => #crate_path::Outcome::#outcome,)
            }
            Source::Field { member, ty } => quote_spanned! {span().located_at(ty.span())=>
                #path { #member: ref __its_inner } => #crate_path::ErrorKind::outcome(__its_inner),
            },
        }
    }
}

fn mentions(tokens: TokenStream, parameters: &[Ident]) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => parameters.contains(&ident),
        TokenTree::Group(group) => mentions(group.stream(), parameters),
        _ => false,
    })
}

fn span() -> Span {
    Span::mixed_site()
}
