//! Where the names of messages and types lead to in the explorer.

use std::collections::BTreeMap;

use crate::protocol::Protocol;

/// The targets of names.
#[derive(Debug)]
pub(super) struct Links {
    /// By name: the target and the code, and the page of the guide.
    messages: BTreeMap<&'static str, Vec<Target>>,
    types: BTreeMap<&'static str, String>,
}

#[derive(Debug)]
struct Target {
    code: u32,
    guide: Option<&'static str>,
    href: String,
}

impl Links {
    pub(super) fn new(protocol: &Protocol) -> Self {
        let mut messages: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for family in &protocol.families {
            for message in &family.messages {
                messages.entry(message.name).or_default().push(Target {
                    code: message.code,
                    guide: message.guide,
                    href: format!("#/message/{}/{}", family.name, message.code),
                });
            }
        }
        let records = protocol.records.iter().map(|record| record.name);
        let enums = protocol.enums.iter().map(|named| named.name);
        let parts = protocol.file.iter().map(|part| part.name);
        let types = records.chain(enums).chain(parts);
        Self {
            messages,
            types: types.map(|name| (name, format!("#/type/{name}"))).collect(),
        }
    }

    /// Where a name leads to; `page` is the page of the guide that it is on, and `code` what follows it in parentheses.
    pub(super) fn of(&self, name: &str, page: &str, code: Option<u32>) -> Option<&str> {
        let Some(targets) = self.messages.get(name) else {
            return self.types.get(name).map(String::as_str);
        };
        let best = targets.iter().enumerate().min_by_key(|(index, target)| {
            (
                code.is_some_and(|code| code != target.code),
                target.guide != Some(page),
                *index,
            )
        });
        best.map(|(_, target)| &*target.href)
    }
}

/// The code in parentheses at the start of `text`, as in ` (93)`.
pub(super) fn code_behind(text: &str) -> Option<u32> {
    let (digits, _) = text.trim_start().strip_prefix('(')?.split_once(')')?;
    digits.parse().ok()
}
