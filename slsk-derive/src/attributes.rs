//! What both macros read from attributes: `#[slsk(..)]`, doc comments, aliases.

use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Error, Expr, ExprLit, Lit, LitStr, Meta, Token};

/// Collects mistakes so that all of them are reported at once.
#[derive(Default)]
pub(crate) struct Mistakes(Option<Error>);

impl Mistakes {
    /// Notes a mistake in `place`.
    pub(crate) fn at(&mut self, place: impl ToTokens, text: impl std::fmt::Display) {
        self.push(Error::new_spanned(place, text));
    }

    /// Notes a mistake that `syn` found.
    pub(crate) fn push(&mut self, error: Error) {
        match &mut self.0 {
            Some(all) => all.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// `value`, unless there was a mistake.
    pub(crate) fn finish<T>(self, value: T) -> syn::Result<T> {
        match self.0 {
            Some(error) => Err(error),
            None => Ok(value),
        }
    }
}

/// Hands each keyword of every `#[slsk(..)]` to `read`, which returns false for one it does not know.
pub(crate) fn keywords(
    attributes: &[Attribute],
    known: &str,
    mistakes: &mut Mistakes,
    mut read: impl FnMut(&ParseNestedMeta<'_>, &mut Mistakes) -> syn::Result<bool>,
) {
    let mut seen: Vec<String> = Vec::new();
    for attribute in attributes.iter().filter(|a| a.path().is_ident("slsk")) {
        let parsed = attribute.parse_nested_meta(|meta| {
            let keyword = meta
                .path
                .get_ident()
                .map(ToString::to_string)
                .unwrap_or_default();
            if seen.contains(&keyword) {
                mistakes.push(meta.error(format!("`{keyword}` is given twice")));
            }
            seen.push(keyword);
            if !read(&meta, mistakes)? {
                mistakes.push(meta.error(format!("unknown keyword; known here: {known}")));
                skip_value(&meta)?;
            }
            Ok(())
        });
        if let Err(error) = parsed {
            mistakes.push(error);
        }
    }
}

/// Passes over what follows an unknown keyword, so that the next one is read too.
fn skip_value(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    while !meta.input.is_empty() && !meta.input.peek(Token![,]) {
        meta.input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// The doc comment as plain text, lines joined by newlines.
pub(crate) fn doc_text(attributes: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes {
        if let Meta::NameValue(pair) = &attribute.meta
            && pair.path.is_ident("doc")
            && let Expr::Lit(ExprLit {
                lit: Lit::Str(line),
                ..
            }) = &pair.value
        {
            let line = line.value();
            lines.push(
                line.strip_prefix(' ')
                    .unwrap_or(&line)
                    .trim_end()
                    .to_owned(),
            );
        }
    }
    lines.join("\n").trim().to_owned()
}

/// The names in `#[doc(alias = "..")]`.
pub(crate) fn aliases(attributes: &[Attribute]) -> Vec<String> {
    let mut names = Vec::new();
    for attribute in attributes.iter().filter(|a| a.path().is_ident("doc")) {
        if !matches!(attribute.meta, Meta::List(_)) {
            continue;
        }
        // A `#[doc(..)]` of another form is rustc's to judge.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("alias") {
                names.push(meta.value()?.parse::<LitStr>()?.value());
            }
            Ok(())
        });
    }
    names
}
