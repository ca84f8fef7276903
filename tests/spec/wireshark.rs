//! `soulseek.lua` in tshark, beside `slsk decode --json`: the same messages with the same values.

mod gaps;
mod hostile;
mod labels;
mod large;
mod pcap;
mod said;
mod talk;
mod variants;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::tools;
use said::Said;

/// The dissector.
fn script() -> OsString {
    let mut argument = OsString::from("lua_script:");
    argument.push(tools::checkout().join("spec/generated/soulseek.lua"));
    argument
}

/// Runs tshark with the dissector; what it writes to standard output.
///
/// # Panics
/// When it fails, or says anything on standard error but that it should not be run by root.
fn tshark<A: Into<OsString>>(arguments: impl IntoIterator<Item = A>) -> Vec<u8> {
    let mut command = Command::new("tshark");
    command.args(arguments.into_iter().map(Into::into));
    // Name resolution would ask the network.
    command.args(["-n".into(), "-X".into(), script()]);
    let output = command
        .output()
        .expect("tshark, which `.ci/external` installs");
    let said = String::from_utf8_lossy(&output.stderr);
    let mut said = said
        .lines()
        .filter(|line| !line.starts_with("Running as user"));
    let first = said.next();
    assert!(
        output.status.success() && first.is_none(),
        "{command:?}: {} {first:?}",
        output.status
    );
    output.stdout
}

/// A folder for the files of one test, with the list of the dissector's fields.
struct Bench {
    folder: TempDir,
    fields: PathBuf,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let fields = folder.path().join("fields");
        fs::write(&fields, tshark(["-G", "fields"])).expect("a file");
        Self { folder, fields }
    }

    /// A capture of these packets.
    fn capture(&self, packets: &[pcap::Packet]) -> PathBuf {
        let path = self.folder.path().join("capture.pcap");
        fs::write(&path, pcap::write(packets)).expect("a file");
        path
    }

    /// What tshark shows of a capture, as rows of `tshark_values.py`.
    fn rows(&self, capture: &Path, options: &[&str]) -> Vec<Value> {
        let mut arguments: Vec<OsString> =
            vec!["-T".into(), "pdml".into(), "-r".into(), capture.into()];
        arguments.extend(options.iter().map(Into::into));
        let pdml = self.folder.path().join("pdml");
        fs::write(&pdml, tshark(arguments)).expect("a file");
        let rows = tools::python(
            "tshark_values.py",
            [self.fields.as_os_str(), pdml.as_os_str()],
        );
        parse(&rows)
    }

    /// Compares tshark with `slsk decode --json`, in one pass and in two. The number of messages.
    ///
    /// # Panics
    /// When they differ.
    fn compare(&self, capture: &Path, name: &str) -> usize {
        self.compare_with(capture, name, false)
    }

    /// The same, where the first frames don't tell for sure what they are, so that the first pass can't know it.
    fn compare_with(&self, capture: &Path, name: &str, guesses: bool) -> usize {
        self.compare_by(capture, name, guesses, &[])
    }

    /// The same with more options for tshark.
    fn compare_by(&self, capture: &Path, name: &str, guesses: bool, more: &[&str]) -> usize {
        let decoded = parse(&tools::decode_json(capture));
        for passes in [&[][..], &["-2"]] {
            let mut options = vec!["-o", "soulseek.show_secrets:TRUE"];
            options.extend(passes.iter().chain(more));
            let mut expected = Said::by_slsk(&decoded);
            let mut found = Said::by_tshark(&self.rows(capture, &options));
            if guesses && passes.is_empty() {
                expected.forget_guesses();
                found.forget_guesses();
            }
            expected.assert_same(&found, &format!("{name} {passes:?}"));
        }
        Said::by_slsk(&decoded).messages()
    }
}

fn parse(rows: &str) -> Vec<Value> {
    let rows = rows.lines().map(serde_json::from_str);
    rows.collect::<Result<_, _>>().expect("JSON lines")
}

#[test]
fn shows_what_slsk_decode_shows() {
    let bench = Bench::new();
    let messages: usize = tools::pcaps()
        .iter()
        .map(|capture| bench.compare(capture, &capture.display().to_string()))
        .sum();
    assert!(messages > 3_500, "{messages}");
}

#[test]
fn passwords_are_hidden_unless_asked_for() {
    let capture = tools::checkout().join("tests/fixtures/captures/a_login.pcap");
    let show = |options: &[&str]| {
        let mut arguments = vec!["-r", capture.to_str().expect("a path"), "-T", "fields"];
        arguments.extend([
            "-e",
            "slsk.server.password",
            "-e",
            "slsk.server.hash",
            "-Y",
            "slsk.message == \"LoginRequest\"",
        ]);
        arguments.extend(options);
        String::from_utf8(tshark(arguments)).expect("UTF-8")
    };
    let hidden = show(&[]);
    assert!(hidden.lines().count() > 5, "{hidden}");
    assert!(
        hidden.lines().all(|line| line == "<hidden>\t<hidden>"),
        "{hidden}"
    );
    let shown = show(&["-o", "soulseek.show_secrets:TRUE"]);
    assert!(
        shown.starts_with("pw-nic1\t30eac6b0ec8095119b199148424d7c5f\n"),
        "{shown}"
    );
}

#[test]
fn hidden_passwords_are_in_no_field_of_the_dissector() {
    let bench = Bench::new();
    let capture = tools::checkout().join("tests/fixtures/captures/a_login.pcap");
    let rows = bench.rows(&capture, &[]);
    let logins: Vec<_> = rows
        .iter()
        .filter(|row| row["name"] == "LoginRequest")
        .collect();
    assert!(logins.len() > 5);
    for login in logins {
        // The bytes that such a field covers are those of its length.
        assert_eq!(login["fields"]["password"], "", "{login}");
        assert_ne!(login["fields"]["username"], "", "{login}");
    }
}

#[test]
fn fields_columns_and_names_can_be_filtered_by() {
    let show = |capture: &str, filter: &str, column: &str| {
        let capture = tools::checkout()
            .join("tests/fixtures/captures")
            .join(capture);
        let arguments = [
            "-r",
            capture.to_str().expect("a path"),
            "-Y",
            filter,
            "-T",
            "fields",
            "-e",
            column,
        ];
        let shown = String::from_utf8(tshark(arguments)).expect("UTF-8");
        shown.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let info = show(
        "e_search.pcap",
        "slsk.server.code == 26 && slsk.request == 1",
        "_ws.col.Info",
    );
    assert!(
        info.iter().any(|info| info.starts_with("FileSearch: ")),
        "{info:?}"
    );
    let levels = show(
        "i_distributed.pcap",
        "slsk.distributed.level >= 1",
        "slsk.distributed.level",
    );
    assert!(levels.len() > 1, "{levels:?}");
    let users = show(
        "f_browse.pcap",
        "slsk.init.username == \"nic1\"",
        "slsk.init.kind",
    );
    assert!(
        users.iter().all(|kind| kind.starts_with(['P', 'F', 'D'])) && !users.is_empty(),
        "{users:?}"
    );
    let status = show("d_users.pcap", "slsk.server.status == 2", "slsk.message");
    assert!(
        status
            .iter()
            .any(|names| names.contains("GetUserStatusResponse")),
        "{status:?}"
    );
    let files = show(
        "g_transfer.pcap",
        "slsk.file.offset > 0",
        "slsk.file.offset",
    );
    assert!(!files.is_empty());
    let hidden = show(
        "j_obfuscated.pcap",
        "slsk.obfuscated == 1 && slsk.peer.code",
        "slsk.message",
    );
    assert!(hidden.len() > 5, "{hidden:?}");
}

#[test]
fn ports_and_decode_as_lead_to_the_dissector() {
    let capture = tools::checkout().join("tests/fixtures/captures/h_indirect.pcap");
    let count = |options: &[&str]| {
        let mut arguments = vec!["-r", capture.to_str().expect("a path")];
        arguments.extend(["-Y", "slsk.message && tcp.port == 22341"]);
        arguments.extend(["--disable-heuristic", "soulseek_tcp"]);
        arguments.extend(options);
        let shown = String::from_utf8(tshark(arguments)).expect("UTF-8");
        shown.lines().count()
    };
    assert_eq!(count(&[]), 0);
    let all = count(&["-o", "soulseek.ports:20000-30000"]);
    assert!(all > 10, "{all}");
    assert_eq!(count(&["-d", "tcp.port==22341,soulseek"]), all);
}
