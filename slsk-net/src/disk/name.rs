//! Safe names, without touching the disk.

use std::path::PathBuf;

use slsk_wire::Text;

/// The longest name that the functions here make, in bytes: [`PARTIAL_SUFFIX`] fits behind it within the 255 bytes
/// of common file systems.
pub const MAX_NAME_BYTES: usize = 255 - PARTIAL_SUFFIX.len();

/// What the name of a file ends in while it is downloaded.
pub const PARTIAL_SUFFIX: &str = ".part";

/// What stands where nothing usable is left of a name.
const UNNAMED: &str = "unnamed";

/// A longer extension is none, and is cut like the rest of a name.
const MAX_EXTENSION_BYTES: usize = 16;

/// Which names a system takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rules {
    /// Linux, macOS and the like.
    Unix,
    /// Windows, and disks that it can read: without `<>:"|?*` and device names.
    Windows,
}

impl Rules {
    /// The rules of the system that this program runs on.
    #[must_use]
    pub fn of_this_system() -> Self {
        match std::env::consts::OS {
            "windows" => Self::Windows,
            _ => Self::Unix,
        }
    }

    fn takes(self, c: char) -> bool {
        match c {
            '<' | '>' | ':' | '"' | '|' | '?' | '*' => self == Self::Unix,
            // The latter turn the direction of what follows: `gpj.exe` would show as `exe.jpg`.
            '/' | '\\' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => false,
            _ => !c.is_control(),
        }
    }
}

/// The local name for a remote file: the last part of its path, made safe.
///
/// Both `\` and `/` separate parts. What is not allowed becomes `_`; leading dots, which hide a file, too. Spaces
/// around it and dots behind it go. It has at most [`MAX_NAME_BYTES`]; what is too long loses its middle, not its
/// extension. It is never empty, `.` or `..`.
#[must_use]
pub fn file_name(remote: &Text, rules: Rules) -> String {
    let path = remote.to_str();
    safe(parts(&path).next_back().unwrap_or_default(), rules)
}

/// The local name for the folder that a remote file is in, made safe like [`file_name`]; `None` when its path has
/// no folder.
#[must_use]
pub fn folder_name(remote: &Text, rules: Rules) -> Option<String> {
    let path = remote.to_str();
    parts(&path).rev().nth(1).map(|part| safe(part, rules))
}

/// The last parts of a remote path as a path below a local folder: up to `folders` folders and the name, each
/// made safe like [`file_name`].
#[must_use]
pub fn relative_path(remote: &Text, folders: usize, rules: Rules) -> PathBuf {
    let path = remote.to_str();
    let skip = parts(&path).count().saturating_sub(folders + 1);
    let mut local: PathBuf = parts(&path)
        .skip(skip)
        .map(|part| safe(part, rules))
        .collect();
    if local.as_os_str().is_empty() {
        local.push(UNNAMED);
    }
    local
}

/// Another name for a file whose safe name is taken: `name (1).ext`. The name itself for 0.
#[must_use]
pub fn numbered(name: &str, number: u32) -> String {
    if number == 0 {
        return name.to_owned();
    }
    fit(name, &format!(" ({number})"), MAX_NAME_BYTES)
}

/// The name of a file while it is downloaded: its safe name and [`PARTIAL_SUFFIX`].
#[must_use]
pub fn partial_name(name: &str) -> String {
    format!("{name}{PARTIAL_SUFFIX}")
}

/// The parts of a remote path that are not empty.
fn parts(path: &str) -> impl DoubleEndedIterator<Item = &str> {
    path.split(['\\', '/']).filter(|part| !part.is_empty())
}

fn safe(part: &str, rules: Rules) -> String {
    let trimmed = trim_end(part.trim());
    let dots = trimmed.len() - trimmed.trim_start_matches('.').len();
    let name: String = trimmed
        .char_indices()
        .map(|(at, c)| if at >= dots && rules.takes(c) { c } else { '_' })
        .collect();
    // One byte is left for the mark of a device.
    let name = fit(&name, "", MAX_NAME_BYTES - 1);
    let name = match trim_end(&name) {
        "" => UNNAMED,
        name => name,
    };
    match name.find('.').unwrap_or(name.len()) {
        end if rules == Rules::Windows && is_device(&name[..end]) => {
            format!("{}_{}", name[..end].trim_end(), &name[end..])
        }
        _ => name.to_owned(),
    }
}

/// The name with `mark` before its extension, within `max` bytes.
fn fit(name: &str, mark: &str, max: usize) -> String {
    let dot = name.rfind('.').filter(|&dot| {
        let length = name.len() - dot;
        dot > 0 && length > 1 && length <= 1 + MAX_EXTENSION_BYTES
    });
    let (stem, extension) = name.split_at(dot.unwrap_or(name.len()));
    let room = max.saturating_sub(mark.len() + extension.len());
    format!(
        "{}{mark}{extension}",
        &stem[..stem.floor_char_boundary(room)]
    )
}

/// Windows drops dots and spaces at the end of a name, so that two names would be one.
fn trim_end(name: &str) -> &str {
    name.trim_end_matches(|c: char| c == '.' || c.is_whitespace())
}

/// Whether Windows takes a name, without what follows its first dot, for a device.
fn is_device(stem: &str) -> bool {
    let stem = stem.trim_end().to_ascii_uppercase();
    let numbered = || {
        let number = stem.strip_prefix("COM").or(stem.strip_prefix("LPT"))?;
        let mut digits = number.chars();
        let digit = digits.next()?;
        Some(digits.next().is_none() && matches!(digit, '0'..='9' | '¹' | '²' | '³'))
    };
    matches!(
        stem.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$"
    ) || numbered() == Some(true)
}

#[cfg(test)]
mod tests {
    use std::path::{Component, Path};

    use proptest::prelude::*;

    use super::*;

    /// Remote path, name on Unix, name on Windows.
    const NAMES: &[(&str, &str, &str)] = &[
        (
            r"Music\Artist\01 - Song.mp3",
            "01 - Song.mp3",
            "01 - Song.mp3",
        ),
        ("Music/Artist/Song.mp3", "Song.mp3", "Song.mp3"),
        ("Song.mp3", "Song.mp3", "Song.mp3"),
        (r"Music\Song.mp3\", "Song.mp3", "Song.mp3"),
        (r"Музыка\Ночь.flac", "Ночь.flac", "Ночь.flac"),
        // Out of the folder.
        (r"..\..\etc\passwd", "passwd", "passwd"),
        (r"Music\..", "unnamed", "unnamed"),
        ("../..", "unnamed", "unnamed"),
        (r"Music\.", "unnamed", "unnamed"),
        (r"Music\...", "unnamed", "unnamed"),
        (r"Music\. .", "unnamed", "unnamed"),
        (r"C:\autoexec.bat", "autoexec.bat", "autoexec.bat"),
        ("C:autoexec.bat", "C:autoexec.bat", "C_autoexec.bat"),
        (r"\\server\share\x.mp3", "x.mp3", "x.mp3"),
        ("", "unnamed", "unnamed"),
        (r"\/\/", "unnamed", "unnamed"),
        ("   ", "unnamed", "unnamed"),
        // Hidden files.
        (r"Music\.bashrc", "_bashrc", "_bashrc"),
        (r"Music\..x.mp3", "__x.mp3", "__x.mp3"),
        // Reserved and control characters.
        (
            "What? <Live>: \"*|\".mp3",
            "What? <Live>: \"*|\".mp3",
            "What_ _Live__ ____.mp3",
        ),
        ("x.mp3:stream", "x.mp3:stream", "x.mp3_stream"),
        (
            "a\0b\nc\u{1b}[2Jd\u{7f}\u{85}.mp3",
            "a_b_c_[2Jd__.mp3",
            "a_b_c_[2Jd__.mp3",
        ),
        ("song\u{202E}3pm.exe", "song_3pm.exe", "song_3pm.exe"),
        // The end of a name.
        ("song.mp3. . ", "song.mp3", "song.mp3"),
        (" song.mp3", "song.mp3", "song.mp3"),
        ("song.mp3\u{3000}", "song.mp3", "song.mp3"),
        // Devices.
        ("con", "con", "con_"),
        ("NUL.mp3", "NUL.mp3", "NUL_.mp3"),
        ("aux .tar.gz", "aux .tar.gz", "aux_.tar.gz"),
        ("COM1.mp3", "COM1.mp3", "COM1_.mp3"),
        ("lpt³.mp3", "lpt³.mp3", "lpt³_.mp3"),
        ("CONIN$", "CONIN$", "CONIN$_"),
        ("COM10.mp3", "COM10.mp3", "COM10.mp3"),
        ("COM.mp3", "COM.mp3", "COM.mp3"),
        ("console.mp3", "console.mp3", "console.mp3"),
        ("x.con", "x.con", "x.con"),
    ];

    #[test]
    fn names_are_safe() {
        for (remote, unix, windows) in NAMES {
            let remote = Text::from(*remote);
            assert_eq!(file_name(&remote, Rules::Unix), *unix, "{remote:?}");
            assert_eq!(file_name(&remote, Rules::Windows), *windows, "{remote:?}");
        }
    }

    #[test]
    fn latin_1_is_shown_as_such() {
        let remote = Text::from_bytes(&b"Musik\\M\xFCller \x80.mp3"[..]);
        assert_eq!(file_name(&remote, Rules::Unix), "Müller _.mp3");
    }

    #[test]
    fn long_names_keep_their_extension() {
        let long = |c: &str, ext: &str| file_name(&Text::from(c.repeat(400) + ext), Rules::Windows);
        assert_eq!(long("a", ".flac"), "a".repeat(244) + ".flac");
        // Whole characters only.
        assert_eq!(long("é", ".flac"), "é".repeat(122) + ".flac");
        assert_eq!(long("音", ".mp3"), "音".repeat(81) + ".mp3");
        let no_extension = format!(".{}", "b".repeat(300));
        assert_eq!(long("a", &no_extension), "a".repeat(249));
        // A cut must not leave a dot or a device behind.
        let dots = Text::from("a".repeat(240) + &".".repeat(20) + "b".repeat(20).as_str());
        assert_eq!(file_name(&dots, Rules::Unix), "a".repeat(240));
        let device = Text::from("con".to_owned() + &" ".repeat(300) + "x.mp3");
        assert_eq!(file_name(&device, Rules::Windows), "con_.mp3");
    }

    #[test]
    fn folders_are_safe() {
        let folder = |path: &str| folder_name(&Text::from(path), Rules::Windows);
        assert_eq!(
            folder(r"Music\Best of...\x.mp3").as_deref(),
            Some("Best of")
        );
        assert_eq!(folder(r"Music\..\x.mp3").as_deref(), Some("unnamed"));
        assert_eq!(folder("x.mp3"), None);

        let path = |path: &str, folders| relative_path(&Text::from(path), folders, Rules::Unix);
        assert_eq!(path(r"a\b\c\x.mp3", 2), Path::new("b/c/x.mp3"));
        assert_eq!(path(r"a\x.mp3", 9), Path::new("a/x.mp3"));
        assert_eq!(path(r"..\..\x.mp3", 2), Path::new("unnamed/unnamed/x.mp3"));
        assert_eq!(path("", 2), Path::new("unnamed"));
    }

    #[test]
    fn numbers_go_before_the_extension() {
        assert_eq!(numbered("x.mp3", 0), "x.mp3");
        assert_eq!(numbered("x.mp3", 1), "x (1).mp3");
        assert_eq!(numbered("x.tar.gz", 12), "x.tar (12).gz");
        assert_eq!(numbered("x", 2), "x (2)");
        assert_eq!(numbered("_bashrc", 2), "_bashrc (2)");
        let long = numbered(&("a".repeat(246) + ".mp3"), 123);
        assert_eq!(long, "a".repeat(240) + " (123).mp3");
        assert_eq!(long.len(), MAX_NAME_BYTES);
    }

    #[test]
    fn partial_names_fit() {
        let name = file_name(&Text::from("é".repeat(400)), Rules::Unix);
        assert!(partial_name(&numbered(&name, u32::MAX)).len() <= 255);
        assert_eq!(partial_name("x.mp3"), "x.mp3.part");
    }

    fn nasty() -> impl Strategy<Value = Text> {
        let part = prop_oneof![
            Just(b"\\".to_vec()),
            Just(b"/".to_vec()),
            Just(b"..".to_vec()),
            Just(b".".to_vec()),
            Just(b" ".to_vec()),
            Just(b"con".to_vec()),
            Just(b"COM1".to_vec()),
            Just(vec![b'a'; 200]),
            Just("音\u{301}".repeat(60).into_bytes()),
            Just(b".mp3".to_vec()),
            proptest::collection::vec(any::<u8>(), 0..8),
            any::<String>().prop_map(String::into_bytes),
        ];
        proptest::collection::vec(part, 0..8).prop_map(|parts| Text::from_bytes(parts.concat()))
    }

    proptest! {
        #[test]
        fn whatever_comes_the_name_is_one_safe_part(remote in nasty(), number in any::<u32>()) {
            for rules in [Rules::Unix, Rules::Windows] {
                let name = file_name(&remote, rules);
                for name in [numbered(&name, number), name] {
                    prop_assert!(!name.is_empty() && name.len() <= MAX_NAME_BYTES);
                    prop_assert!(name.chars().all(|c| rules.takes(c)));
                    prop_assert!(!name.starts_with(['.', ' ']) && !name.ends_with(['.', ' ']));
                    let parts: Vec<_> = Path::new(&name).components().collect();
                    prop_assert!(matches!(parts[..], [Component::Normal(_)]));
                    let stem = name.split('.').next().unwrap_or_default();
                    prop_assert!(rules == Rules::Unix || !is_device(stem));
                }
            }
        }

        #[test]
        fn a_safe_name_stays(remote in nasty()) {
            for rules in [Rules::Unix, Rules::Windows] {
                let name = file_name(&remote, rules);
                if name.len() < MAX_NAME_BYTES {
                    prop_assert_eq!(file_name(&Text::from(name.clone()), rules), name);
                }
            }
        }
    }
}
