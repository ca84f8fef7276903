//! How large fields are and where they begin, as far as that is known before the bytes are.

use std::fmt::{self, Display, Formatter};

use crate::protocol::{Field, Protocol, Type};

/// A number of bytes, with letters for what only the bytes tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    fixed: usize,
    /// Each letter with its factor.
    letters: Vec<(usize, char)>,
}

impl Sum {
    fn fixed(fixed: usize) -> Self {
        Self {
            fixed,
            letters: Vec::new(),
        }
    }

    fn letter(factor: usize, letter: char) -> Self {
        Self {
            fixed: 0,
            letters: vec![(factor, letter)],
        }
    }

    fn add(&mut self, other: &Self) {
        self.fixed += other.fixed;
        self.letters.extend(&other.letters);
    }

    /// The number, where it is always the same.
    pub(super) fn always(&self) -> Option<usize> {
        self.letters.is_empty().then_some(self.fixed)
    }
}

impl Display for Sum {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let fixed = (self.fixed > 0 || self.letters.is_empty()).then(|| self.fixed.to_string());
        let letters = self.letters.iter().map(|(factor, letter)| match factor {
            1 => letter.to_string(),
            factor => format!("{factor}·{letter}"),
        });
        let terms: Vec<String> = fixed.into_iter().chain(letters).collect();
        f.write_str(&terms.join("+"))
    }
}

/// A field with its place.
#[derive(Debug)]
pub(super) struct Placed<'a> {
    /// The field.
    pub(super) field: &'a Field,
    /// Where it begins, if it is there.
    pub(super) offset: Sum,
    /// What it is made of.
    pub(super) size: Size,
    /// The letter for its size, absent or not, where later fields need one.
    pub(super) maybe: Option<char>,
}

/// How a field is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Size {
    /// So many bytes.
    Plain(Sum),
    /// A `u32`, then so many bytes, or so many times the bytes of an element.
    Counted(Sum),
    /// The letter is one of the numbers.
    OneOf(char, [usize; 2]),
    /// All that is left.
    Rest(char),
}

impl Size {
    /// How many bytes it takes where it is there.
    fn sum(&self) -> Sum {
        match self {
            Self::Plain(sum) => sum.clone(),
            Self::Counted(sum) => {
                let mut all = Sum::fixed(4);
                all.add(sum);
                all
            }
            Self::OneOf(letter, _) | Self::Rest(letter) => Sum::letter(1, *letter),
        }
    }
}

impl Placed<'_> {
    /// The size as a cell of a table.
    pub(super) fn size(&self) -> String {
        let size = match &self.size {
            Size::Plain(_) | Size::Counted(_) => format!("`{}`", self.size.sum()),
            Size::OneOf(letter, [one, other]) => format!("`{letter}`: {one} or {other}"),
            Size::Rest(letter) => format!("`{letter}`: the rest"),
        };
        match self.maybe {
            Some(letter) => format!("`{letter}`: 0 or {size}"),
            None => size,
        }
    }
}

/// The fields of a message or record with their places, counted from where it begins.
pub(super) fn places<'a>(protocol: &Protocol, fields: &'a [Field]) -> Vec<Placed<'a>> {
    let mut letters = 'a'..='z';
    let mut placed: Vec<Placed<'_>> = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        let mut offset = Sum::default();
        for earlier in &placed {
            match (earlier.maybe, excluded(earlier.field, field)) {
                (_, true) => {}
                (Some(letter), _) if !same_side(earlier.field, field) => {
                    offset.add(&Sum::letter(1, letter));
                }
                _ => offset.add(&earlier.size.sum()),
            }
        }
        let size = size(protocol, &field.kind, &mut letters);
        let later = &fields[index + 1..];
        let unsure = |later: &Field| !same_side(field, later) && !excluded(field, later);
        let maybe =
            (field.condition.is_some() && later.iter().any(unsure)).then(|| take(&mut letters));
        placed.push(Placed {
            field,
            offset,
            size,
            maybe,
        });
    }
    placed
}

/// Whether `earlier` is there whenever `later` is.
fn same_side(earlier: &Field, later: &Field) -> bool {
    earlier.condition.is_none() || earlier.condition == later.condition
}

/// Whether `earlier` is never there when `later` is.
fn excluded(earlier: &Field, later: &Field) -> bool {
    match (&earlier.condition, &later.condition) {
        (Some(one), Some(other)) => one.field == other.field && one.is != other.is,
        _ => false,
    }
}

fn take(letters: &mut impl Iterator<Item = char>) -> char {
    letters
        .next()
        .expect("no message has more parts of varying size than there are letters")
}

fn size(protocol: &Protocol, kind: &Type, letters: &mut impl Iterator<Item = char>) -> Size {
    match kind {
        Type::Enum(name) => return size(protocol, &protocol.named_values(name).kind, letters),
        Type::List(element) => {
            let each = protocol.size(element).unwrap_or(1);
            return Size::Counted(Sum::letter(each, take(letters)));
        }
        _ => {}
    }
    if let Some(always) = protocol.size(kind) {
        return Size::Plain(Sum::fixed(always));
    }
    let letter = take(letters);
    match kind {
        Type::Primitive("text" | "secret" | "bytes") => Size::Counted(Sum::letter(1, letter)),
        Type::Primitive("rest") => Size::Rest(letter),
        Type::Primitive("u32_or_u8") => Size::OneOf(letter, [4, 1]),
        Type::Primitive("code_padding") => Size::OneOf(letter, [0, 3]),
        Type::Record(_) | Type::Either(_) => Size::Plain(Sum::letter(1, letter)),
        kind => panic!("how large is {kind:?}?"),
    }
}

#[cfg(test)]
mod tests;
