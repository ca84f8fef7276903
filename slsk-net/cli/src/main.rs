//! The program `slsk`: the Soulseek protocol on the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    slsk::run()
}
