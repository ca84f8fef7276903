//! What the command line says, done: each command, its ending and its one line of trouble.

use std::env;
use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use slsk_wire::Strictness;

use crate::args::{self, Arguments, Command};
use crate::decode::{self, DecodeFileError, Style};
use crate::demo::{self, DemoError};
use crate::ending::Ending;
use crate::frames::{self, FilterError};
use crate::online::{self, OnlineError};
use crate::spec::{self, SpecError};
use crate::{log, portmap, render, server};

/// What a shell expects of a program that Ctrl-C has ended.
pub(crate) const INTERRUPTED: u8 = 130;

/// Does what the command line of this process says.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::read(env::args_os()).unwrap_or_else(|error| error.exit());
    if arguments.command.uses_network() {
        log::start();
    }
    match arguments.command {
        Command::Browse(args) => online(online::browse(&args, &mut io::stdout().lock())),
        Command::Decode(args) => decode(&args),
        Command::Demo(args) => demo(&args),
        Command::DemoSharer(args) => {
            match demo::run_sharer(args.server, &args.folder, &mut io::stdout().lock()) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => failure(error),
            }
        }
        Command::Encode(_) => filtered(frames::encode(io::stdin().lock(), io::stdout().lock())),
        Command::Portmap(args) => portmap(&args),
        Command::Server(args) => match server::run(args) {
            Ok(Ending::Terminated) => ExitCode::SUCCESS,
            Ok(Ending::Interrupted) => ExitCode::from(INTERRUPTED),
            Err(error) => failure(format_args!("server: {error}")),
        },
        Command::Search(args) => online(online::search(&args, &mut io::stdout().lock())),
        Command::Spec(args) => spec(&args),
        Command::User(args) => online(online::user(&args, &mut io::stdout().lock())),
        Command::Watch(args) => online(online::watch(&args, &mut io::stdout().lock())),
    }
}

fn decode(args: &args::Decode) -> ExitCode {
    let strictness = if args.strict {
        Strictness::Strict
    } else {
        Strictness::Lenient
    };
    let Some(path) = &args.file else {
        let (input, output) = (io::stdin().lock(), io::stdout().lock());
        return filtered(frames::decode_with(strictness, input, output));
    };
    let style = match (args.json, args.verbose) {
        (true, _) => Style::Json,
        (_, true) => Style::Trees,
        _ => Style::Lines,
    };
    match decode::run(path, style, strictness, io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(DecodeFileError::Write(error)) if has_left(&error) => ExitCode::SUCCESS,
        Err(error) => failure(format_args!("{}: {error}", render::name(path))),
    }
}

fn demo(args: &args::Demo) -> ExitCode {
    match demo::run(args.share.as_deref(), args.keep, &mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(DemoError::Io(error)) if has_left(&error) => ExitCode::SUCCESS,
        Err(DemoError::Interrupted) => ExitCode::from(INTERRUPTED),
        Err(error) => failure(format_args!("demo: {error}")),
    }
}

fn online(result: Result<(), OnlineError>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(OnlineError::Io(error)) if has_left(&error) => ExitCode::SUCCESS,
        Err(OnlineError::Interrupted) => ExitCode::from(INTERRUPTED),
        Err(error) => {
            failure(&error);
            ExitCode::from(error.code())
        }
    }
}

fn portmap(args: &portmap::PortmapArgs) -> ExitCode {
    match portmap::run(args, &mut io::stdout().lock()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => failure("portmap: no protocol works"),
        Err(error) if has_left(&error) => ExitCode::SUCCESS,
        Err(error) => failure(format_args!("portmap: {error}")),
    }
}

fn spec(args: &args::Spec) -> ExitCode {
    let query = (!args.message.is_empty()).then(|| args.message.join(" "));
    let output = io::stdout().lock();
    let shown = if args.json {
        spec::show_json(query.as_deref(), output)
    } else {
        spec::show(query.as_deref(), output)
    };
    match shown {
        Ok(()) => ExitCode::SUCCESS,
        Err(SpecError::Write(error)) if has_left(&error) => ExitCode::SUCCESS,
        Err(error) => failure(format_args!("spec: {error}")),
    }
}

fn filtered(result: Result<(), FilterError>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(FilterError::Write(error)) if has_left(&error) => ExitCode::SUCCESS,
        Err(error) => failure(error),
    }
}

/// Whether the reader of our output has seen enough, which is his right.
fn has_left(error: &io::Error) -> bool {
    error.kind() == ErrorKind::BrokenPipe
}

/// Says in one line what is wrong. It may quote a stranger.
fn failure(problem: impl Display) -> ExitCode {
    let problem = render::printable(&problem.to_string());
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(io::stderr().lock(), "slsk: {problem}");
    ExitCode::FAILURE
}
