//! Finds what somebody means by a name or a code.

use slsk_spec::protocol::{Enum, Family, Message, Named, Part, Protocol, Record};

/// How many names are offered in place of one that is none.
const OFFERED: usize = 3;
/// What may stand between a family and a name or code.
const SEPARATORS: [char; 3] = [' ', '/', '.'];
/// Longer than any name.
const LONGEST: usize = 100;
/// How alike they have to be: 1 is the same.
const ALIKE: f64 = 0.85;

/// Something that the specification explains.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found<'a> {
    /// A message of a family.
    Message(&'a Family, &'a Message),
    /// A code of a family that has a name and no known layout.
    Named(&'a Family, &'a Named),
    /// A part of a file connection.
    Part(&'a Part),
    /// A record that messages share.
    Record(&'a Record),
    /// Named values.
    Enum(&'a Enum),
}

impl<'a> Found<'a> {
    fn code(&self) -> Option<u32> {
        match self {
            Self::Message(_, message) => Some(message.code),
            Self::Named(_, named) => Some(named.code),
            _ => None,
        }
    }

    fn family(&self) -> Option<&'a str> {
        match self {
            Self::Message(family, _) | Self::Named(family, _) => Some(family.name),
            Self::Part(_) => Some("file"),
            _ => None,
        }
    }

    /// What we call it, then what others do.
    fn names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let (name, aliases) = match *self {
            Self::Message(_, message) => (message.name, message.aliases),
            Self::Named(_, named) => (named.name, &[] as &[_]),
            Self::Part(part) => (part.name, part.aliases),
            Self::Record(record) => (record.name, record.aliases),
            Self::Enum(named) => (named.name, &[] as &[_]),
        };
        std::iter::once(name).chain(aliases.iter().copied())
    }
}

/// Everything with this name or code: `SayInRoom`, `WatchUser` (as others call it), `93`, `0x5d`, `peer 9`.
///
/// Our own names come first: where one is meant, the aliases of others are not.
pub(super) fn find<'a>(protocol: &'a Protocol, query: &str) -> Vec<Found<'a>> {
    let (family, rest) = match query.split_once(SEPARATORS) {
        Some((family, rest)) => (Some(family), rest),
        None => (None, query),
    };
    let all: Vec<_> = all(protocol)
        .filter(|found| family.is_none_or(|family| found.family() == Some(family)))
        .collect();
    let with = |wanted: &dyn Fn(&Found<'_>) -> bool| -> Vec<_> {
        all.iter().copied().filter(|found| wanted(found)).collect()
    };
    if let Some(code) = number(rest) {
        return with(&|found| found.code() == Some(code));
    }
    let is = |name: &str| name.eq_ignore_ascii_case(rest);
    let ours = with(&|found| found.names().take(1).any(is));
    if ours.is_empty() {
        return with(&|found| found.names().any(is));
    }
    ours
}

/// What to do when nothing has this name or code.
pub(super) fn advice(protocol: &Protocol, query: &str) -> String {
    let rest = query.rsplit(SEPARATORS).next().unwrap_or(query);
    // Nothing is like what is longer than any name.
    let wanted: String = rest.to_lowercase().chars().take(LONGEST).collect();
    let mut near: Vec<(f64, &str)> = all(protocol)
        .flat_map(|found| found.names())
        .map(|name| (strsim::jaro_winkler(&name.to_lowercase(), &wanted), name))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    near.dedup_by_key(|(_, name)| *name);
    let names: Vec<_> = near.iter().take(OFFERED).map(|(_, name)| *name).collect();
    if names.is_empty() || number(rest).is_some() {
        "`slsk spec` lists all".to_owned()
    } else {
        format!("did you mean {}?", names.join(" or "))
    }
}

fn all(protocol: &Protocol) -> impl Iterator<Item = Found<'_>> {
    let families = protocol.families.iter().flat_map(|family| {
        let messages = family.messages.iter();
        let messages = messages.map(move |message| Found::Message(family, message));
        let named = family.named.iter();
        messages.chain(named.map(move |named| Found::Named(family, named)))
    });
    families
        .chain(protocol.file.iter().map(Found::Part))
        .chain(protocol.records.iter().map(Found::Record))
        .chain(protocol.enums.iter().map(Found::Enum))
}

/// A code in decimal or, behind `0x`, in hex.
fn number(text: &str) -> Option<u32> {
    match text.strip_prefix("0x").or(text.strip_prefix("0X")) {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}
