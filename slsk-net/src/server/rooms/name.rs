//! What rooms may be called.

use slsk_wire::Text;

/// How long a name may be, in bytes.
const MAX_NAME: usize = 24;

/// What the user `server` says about a name that can't be one.
pub(super) fn problem(name: &Text) -> Option<String> {
    let bytes = name.as_bytes();
    let problem = if bytes.is_empty() {
        "Room name empty.".to_owned()
    } else if bytes.len() > MAX_NAME {
        format!("Room name {name} longer than {MAX_NAME} characters.")
    } else if !bytes.iter().all(|b| b.is_ascii_graphic() || *b == b' ') {
        format!("Room name {name} contains invalid characters.")
    } else if bytes.starts_with(b" ") || bytes.ends_with(b" ") {
        format!("Room name {name} contains leading or trailing spaces.")
    } else if bytes.windows(2).any(|pair| pair == b"  ") {
        format!("Room name {name} contains multiple following spaces.")
    } else {
        return None;
    };
    Some(format!("Could not create room. Reason: {problem}"))
}
