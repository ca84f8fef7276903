//! `cargo run -p slsk-spec` writes `spec/generated/`; with `-- --check` it says what is stale there.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("generated");
    match *arguments {
        [] => match slsk_spec::write(&folder) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failure(&format!("{}: {error}", folder.display())),
        },
        ["--check"] => match slsk_spec::stale(&folder) {
            Ok(names) if names.is_empty() => ExitCode::SUCCESS,
            Ok(names) => failure(&format!(
                "spec/generated is stale: {}; run `cargo run -p slsk-spec` and commit what it writes",
                names.join(", ")
            )),
            Err(error) => failure(&format!("{}: {error}", folder.display())),
        },
        _ => {
            say("usage: cargo run -p slsk-spec [-- --check]");
            ExitCode::from(2)
        }
    }
}

fn failure(problem: &str) -> ExitCode {
    say(problem);
    ExitCode::FAILURE
}

/// Where standard error is closed there is nobody to tell.
fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "slsk-spec: {text}");
}
