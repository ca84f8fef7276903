use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use slsk_wire::Text;
use slsk_wire::peer::Attributes;

use super::super::{Index, Root, ScanError, ScanReport, SkipReason, scan};

fn scanned(roots: &[Root]) -> (Index, ScanReport) {
    scan(roots, |_| ControlFlow::Continue(())).expect("a scan")
}

fn paths(index: &Index) -> Vec<String> {
    index.iter().map(|file| file.path().to_string()).collect()
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    fs::write(path, bytes).expect("written");
}

/// Two seconds of a tone at 8 kHz.
fn wav(path: &Path) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).expect("created");
    for n in 0..16_000_i16 {
        writer.write_sample(n % 80 * 100).expect("written");
    }
    writer.finalize().expect("finished");
}

/// Two seconds of a tone at 8 kHz.
fn flac(path: &Path) {
    use flacenc::component::BitRepr;
    use flacenc::error::Verify;
    let samples: Vec<i32> = (0..16_000).map(|n| n % 80 * 100).collect();
    let config = flacenc::config::Encoder::default()
        .into_verified()
        .expect("a configuration");
    let source = flacenc::source::MemSource::from_samples(&samples, 1, 16, 8000);
    let stream = flacenc::encode_with_fixed_block_size(&config, source, 4096).expect("encoded");
    let mut sink = flacenc::bitsink::ByteSink::new();
    stream.write(&mut sink).expect("written");
    fs::write(path, sink.as_slice()).expect("written");
}

/// Silent frames of MPEG 1 layer 3, 128 kbit/s at 44.1 kHz: 100 of them last 2.6 s.
fn mp3(path: &Path) {
    let mut frame = vec![0; 417];
    frame[..4].copy_from_slice(&[0xFF, 0xFB, 0x90, 0x00]);
    fs::write(path, frame.repeat(100)).expect("written");
}

fn attributes(pairs: &[(u32, u32)]) -> Attributes {
    pairs
        .iter()
        .map(|&(kind, value)| (kind.into(), value))
        .collect()
}

#[test]
fn a_folder_becomes_a_share() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "Ночь/01 – Поезд.txt", b"12345");
    write(folder.path(), "Cafe\u{301}.txt", b"");
    let (index, report) = scanned(&[Root::new("My Music", folder.path())]);
    assert_eq!(
        paths(&index),
        ["My Music\\Cafe\u{301}.txt", r"My Music\Ночь\01 – Поезд.txt"]
    );
    let file = index.iter().nth(1).expect("two files");
    assert_eq!(file.size(), 5);
    assert_eq!(file.local(), folder.path().join("Ночь/01 – Поезд.txt"));
    assert!(report.skipped.is_empty() && report.broken_audio.is_empty());
    assert_eq!((report.roots[0].files, report.roots[0].bytes), (2, 5));
}

#[test]
fn audio_files_have_the_attributes_of_their_kind() {
    let folder = tempfile::tempdir().expect("a folder");
    wav(&folder.path().join("a.wav"));
    flac(&folder.path().join("b.FLAC"));
    mp3(&folder.path().join("c.mp3"));
    // Looked into by its contents, not its name.
    mp3(&folder.path().join("d.flac"));
    write(folder.path(), "e.jpg", b"no audio");
    let (index, report) = scanned(&[Root::new("M", folder.path())]);
    let found: Vec<_> = index.iter().map(|file| file.attributes()).collect();
    let lossless = attributes(&[(1, 2), (4, 8000), (5, 16)]);
    let lossy = attributes(&[(0, 128), (1, 2)]);
    assert_eq!(
        found,
        [&lossless, &lossless, &lossy, &lossy, &attributes(&[])].map(Clone::clone)
    );
    assert_eq!(report.broken_audio, [""; 0].map(std::path::PathBuf::from));
}

#[test]
fn broken_audio_is_shared_without_attributes() {
    let folder = tempfile::tempdir().expect("a folder");
    flac(&folder.path().join("whole.flac"));
    let bytes = fs::read(folder.path().join("whole.flac")).expect("readable");
    write(folder.path(), "cut.flac", &bytes[..20]);
    write(folder.path(), "empty.mp3", b"");
    write(
        folder.path(),
        "text.wav",
        b"this is no wave at all, only text",
    );
    let (index, report) = scanned(&[Root::new("M", folder.path())]);
    assert_eq!(index.files(), 4);
    let broken: Vec<_> = ["cut.flac", "empty.mp3", "text.wav"]
        .map(|name| folder.path().join(name))
        .into();
    assert_eq!(report.broken_audio, broken);
    for file in index.iter().take(3) {
        assert!(file.attributes().is_empty(), "{file:?}");
    }
}

#[test]
fn hidden_files_are_left_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join(".hidden root");
    write(&root, ".secret", b"");
    write(&root, ".git/config", b"");
    write(&root, "seen", b"");
    let (index, report) = scanned(&[Root::new("M", root)]);
    assert_eq!(paths(&index), [r"M\seen"]);
    assert!(report.skipped.is_empty());
}

#[cfg(unix)]
#[test]
fn links_and_backslashes_are_reported() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().expect("a folder");
    let outside = tempfile::tempdir().expect("a folder");
    write(outside.path(), "secret.txt", b"");
    let root = folder.path();
    write(root, "ok.txt", b"");
    write(root, r"a\b.txt", b"");
    write(root, r"c\d/inside.txt", b"");
    symlink(outside.path(), root.join("link")).expect("a link");
    symlink(root, root.join("loop")).expect("a link");
    symlink(outside.path().join("secret.txt"), root.join("file")).expect("a link");
    let (index, report) = scanned(&[Root::new("M", root)]);
    assert_eq!(paths(&index), [r"M\ok.txt"]);
    let skipped: Vec<_> = report
        .skipped
        .iter()
        .map(|s| {
            (
                s.path.strip_prefix(root).expect("below"),
                s.reason.to_string(),
            )
        })
        .collect();
    let backslash = || SkipReason::Backslash.to_string();
    let link = || SkipReason::SymbolicLink.to_string();
    assert_eq!(
        skipped,
        [
            (Path::new(r"a\b.txt"), backslash()),
            (Path::new(r"c\d"), backslash()),
            (Path::new("file"), link()),
            (Path::new("link"), link()),
            (Path::new("loop"), link()),
        ]
    );
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_utf_8_keep_their_bytes() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().expect("a folder");
    let local = folder.path().join(OsStr::from_bytes(b"M\xFCller.mp3"));
    fs::write(&local, b"").expect("written");
    let (index, _) = scanned(&[Root::new("M", folder.path())]);
    let file = index
        .get(&Text::from_bytes(&b"M\\M\xFCller.mp3"[..]))
        .expect("shared");
    assert_eq!(file.local(), local);
}

#[cfg(unix)]
#[test]
fn unreadable_files_are_reported() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "closed/x.txt", b"");
    write(folder.path(), "closed.txt", b"");
    write(folder.path(), "open.txt", b"");
    let close = |name, mode| {
        fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(mode))
    };
    close("closed", 0).expect("closed");
    close("closed.txt", 0).expect("closed");
    // The superuser reads everything, and there is nothing to see.
    if fs::read(folder.path().join("closed.txt")).is_err() {
        let (index, report) = scanned(&[Root::new("M", folder.path())]);
        assert_eq!(paths(&index), [r"M\open.txt"]);
        assert_eq!(report.skipped.len(), 2);
        let unreadable = |s: &super::super::Skipped| matches!(s.reason, SkipReason::Unreadable(_));
        assert!(report.skipped.iter().all(unreadable));
    }
    close("closed", 0o700).expect("opened");
}

#[test]
fn a_missing_folder_is_no_empty_share() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "file", b"");
    let missing = Root::new("M", folder.path().join("gone"));
    let good = Root::new("G", folder.path());
    let result = scan(&[good, missing], |_| ControlFlow::Continue(()));
    assert!(matches!(result, Err(ScanError::Unavailable { folder: f, .. }) if f.ends_with("gone")));

    let file = Root::new("M", folder.path().join("file"));
    let result = scan(&[file], |_| ControlFlow::Continue(()));
    assert!(matches!(result, Err(ScanError::NoFolder { path }) if path.ends_with("file")));
}

#[test]
fn names_of_shares_are_checked() {
    let folder = tempfile::tempdir().expect("a folder");
    let result = |names: &[&str]| {
        let roots: Vec<_> = names
            .iter()
            .map(|name| Root::new(*name, folder.path()))
            .collect();
        scan(&roots, |_| ControlFlow::Continue(()))
    };
    for name in ["", r"a\b", "a/b", "a\nb"] {
        assert!(matches!(result(&[name]), Err(ScanError::Name { name: n }) if n == name));
    }
    let twice = result(&["a", "b", "a"]);
    assert!(matches!(twice, Err(ScanError::DuplicateName { name }) if name == "a"));
    assert!(result(&["a", "b"]).is_ok());
}

#[test]
fn a_scan_can_be_stopped() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["a", "b", "c"] {
        write(folder.path(), name, b"");
    }
    let result = scan(&[Root::new("M", folder.path())], |files| match files {
        2 => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    assert!(matches!(result, Err(ScanError::Stopped)));
}
