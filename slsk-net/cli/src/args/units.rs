//! Numbers as people write them.

use std::time::Duration;

use slsk_net::machine::FileKind;

/// A size in bytes: `1500`, `500k`, `10M`, `1.5G`; a kilobyte has 1024 bytes, and the letter may be followed by `B` or
/// `iB`.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let lower = text.trim().to_ascii_lowercase();
    let number = lower.trim_end_matches("ib").trim_end_matches('b');
    let (number, shift) = match number.char_indices().next_back() {
        Some((at, 'k')) => (&number[..at], 10),
        Some((at, 'm')) => (&number[..at], 20),
        Some((at, 'g')) => (&number[..at], 30),
        Some((at, 't')) => (&number[..at], 40),
        _ => (number, 0),
    };
    let wrong = || format!("`{text}` is no size such as 1500, 500k, 10M or 1.5G");
    let (whole, part) = number.trim().split_once('.').unwrap_or((number.trim(), ""));
    let digits = |s: &str| s.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > 6 {
        return Err(wrong());
    }
    let number = |s: &str| -> Result<u128, String> { s.parse().map_err(|_| wrong()) };
    let scale = 10_u128.pow(u32::try_from(part.len()).unwrap_or_default());
    let part = if part.is_empty() { 0 } else { number(part)? };
    let scaled = number(whole)?.checked_mul(scale).ok_or_else(wrong)?;
    let bytes = (scaled + part).checked_mul(1 << shift).ok_or_else(wrong)? / scale;
    u64::try_from(bytes).map_err(|_| wrong())
}

/// A time: seconds, or with `s`, `m` or `h` behind.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let (number, unit) = match text.char_indices().next_back() {
        Some((at, 's')) => (&text[..at], 1),
        Some((at, 'm')) => (&text[..at], 60),
        Some((at, 'h')) => (&text[..at], 3600),
        _ => (text, 1),
    };
    let seconds: Option<u32> = number.parse().ok();
    match seconds.filter(|seconds| *seconds > 0) {
        Some(seconds) => Ok(Duration::from_secs(u64::from(seconds) * unit)),
        None => Err(format!("`{text}` is no time such as 30, 90s or 2m")),
    }
}

/// A length in seconds: `90`, `1:30` or `1:02:03`.
pub(super) fn length(text: &str) -> Result<u32, String> {
    let wrong = || format!("`{text}` is no length such as 90, 1:30 or 1:02:03");
    let parts: Vec<&str> = text.trim().split(':').collect();
    if parts.len() > 3 {
        return Err(wrong());
    }
    parts.iter().try_fold(0_u32, |seconds, part| {
        let part: u32 = part.parse().map_err(|_| wrong())?;
        let seconds = seconds.checked_mul(60).ok_or_else(wrong)?;
        seconds.checked_add(part).ok_or_else(wrong)
    })
}

/// A kind of files; every word is one.
pub(super) fn kind(text: &str) -> Result<FileKind, String> {
    let text = text.trim();
    if text.trim_start_matches('.').is_empty() {
        return Err("an extension, audio, lossless, video or image".to_owned());
    }
    text.parse()
        .map_err(|never: std::convert::Infallible| match never {})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        for (text, bytes) in [
            ("0", 0),
            ("1500", 1500),
            ("500k", 512_000),
            ("10M", 10 << 20),
            ("10 MiB", 10 << 20),
            ("10mb", 10 << 20),
            ("1.5G", 3 << 29),
            ("2T", 2 << 40),
        ] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in [
            "",
            "k",
            "-1",
            "1.2.3",
            "many",
            "1x",
            "99999999999999999999",
            "9999999999T",
        ] {
            assert!(size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn times_have_units() {
        for (text, seconds) in [("30", 30), ("90s", 90), ("2m", 120), ("1h", 3600)] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "0", "s", "-1", "1.5", "2d"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn lengths_have_colons() {
        for (text, seconds) in [("90", 90), ("1:30", 90), ("1:02:03", 3723)] {
            assert_eq!(length(text), Ok(seconds), "{text}");
        }
        for text in ["", ":", "1:", "1:2:3:4", "x", "99999999:00:00"] {
            assert!(length(text).is_err(), "{text}");
        }
    }

    #[test]
    fn every_word_is_a_kind() {
        assert_eq!(kind(".FLAC"), Ok(FileKind::Extension("flac".to_owned())));
        assert_eq!(kind("audio"), Ok(FileKind::Audio));
        assert!(kind(" .").is_err());
    }
}
