//! Identifiers that Kaitai Struct and the languages it compiles to can use.

/// What some language keeps for itself, of the words that could be a name here.
const RESERVED: &[&str] = &[
    "abstract",
    "alias",
    "and",
    "as",
    "assert",
    "async",
    "auto",
    "await",
    "base",
    "begin",
    "bool",
    "break",
    "byte",
    "case",
    "catch",
    "char",
    "checked",
    "class",
    "const",
    "continue",
    "def",
    "default",
    "defer",
    "del",
    "delete",
    "do",
    "double",
    "elif",
    "else",
    "end",
    "ensure",
    "enum",
    "event",
    "except",
    "explicit",
    "export",
    "extends",
    "extern",
    "false",
    "final",
    "finally",
    "fixed",
    "float",
    "fn",
    "for",
    "foreach",
    "from",
    "func",
    "function",
    "global",
    "go",
    "goto",
    "if",
    "impl",
    "implements",
    "import",
    "in",
    "include",
    "inline",
    "instanceof",
    "int",
    "interface",
    "internal",
    "is",
    "lambda",
    "let",
    "local",
    "lock",
    "long",
    "loop",
    "map",
    "match",
    "mod",
    "module",
    "move",
    "mut",
    "namespace",
    "native",
    "new",
    "next",
    "nil",
    "none",
    "not",
    "null",
    "object",
    "operator",
    "or",
    "out",
    "override",
    "package",
    "params",
    "pass",
    "private",
    "protected",
    "pub",
    "public",
    "raise",
    "range",
    "readonly",
    "redo",
    "ref",
    "register",
    "repeat",
    "require",
    "rescue",
    "retry",
    "return",
    "sealed",
    "self",
    "short",
    "signed",
    "sizeof",
    "static",
    "string",
    "struct",
    "super",
    "switch",
    "synchronized",
    "template",
    "then",
    "this",
    "throw",
    "throws",
    "trait",
    "transient",
    "true",
    "try",
    "type",
    "typedef",
    "undef",
    "union",
    "unless",
    "unsafe",
    "unsigned",
    "until",
    "use",
    "using",
    "var",
    "virtual",
    "void",
    "volatile",
    "when",
    "where",
    "while",
    "with",
    "yield",
];

/// The identifier for a field or value: its name, with `_value` behind it where a language reserves that.
pub(super) fn identifier(name: &str) -> String {
    let name = snake(name);
    if RESERVED.contains(&name.as_str()) {
        name + "_value"
    } else {
        name
    }
}

/// The identifier for a named value of an enum. In Rust each enum has an `Unknown` of its own.
pub(super) fn constant(name: &str) -> String {
    let name = identifier(name);
    if name == "unknown" {
        name + "_value"
    } else {
        name
    }
}

/// `PeerInit` as `peer_init`.
pub(super) fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 8);
    let mut before = None;
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        let word = match before {
            Some('_') | None => false,
            Some(before) => {
                c.is_ascii_uppercase()
                    && (!char::is_ascii_uppercase(&before)
                        || rest.peek().is_some_and(char::is_ascii_lowercase))
            }
        };
        if word {
            snake.push('_');
        }
        assert!(
            c.is_ascii_alphanumeric() || c == '_',
            "`{name}` can't be a name in Kaitai Struct"
        );
        snake.push(c.to_ascii_lowercase());
        before = Some(c);
    }
    assert!(
        snake.starts_with(|c: char| c.is_ascii_lowercase()),
        "`{name}` can't be a name in Kaitai Struct"
    );
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_parted() {
        for (name, expected) in [
            ("PeerInit", "peer_init"),
            ("Unknown80", "unknown80"),
            ("ParentIp", "parent_ip"),
            ("IPAddress", "ip_address"),
            ("password_md5", "password_md5"),
        ] {
            assert_eq!(snake(name), expected);
        }
    }

    #[test]
    fn reserved_words_are_not_used() {
        assert_eq!(identifier("private"), "private_value");
        assert_eq!(identifier("unknown"), "unknown");
        assert_eq!(constant("Unknown"), "unknown_value");
        assert_eq!(constant("Online"), "online");
    }

    #[test]
    #[should_panic(expected = "can't be a name")]
    fn a_name_begins_with_a_letter() {
        snake("8Bit");
    }
}
