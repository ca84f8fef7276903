//! The command line.

mod help;
mod online;
mod query;
mod units;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Arg, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::portmap::PortmapArgs;
use crate::server::ServerArgs;

pub(crate) use online::{Browse, Filter, Online, Search, User, Watch};

/// The Soulseek protocol on the command line: see what a client says, and say it yourself.
#[derive(Debug, Parser)]
#[command(name = "slsk", version, arg_required_else_help = true, after_help = help::EXAMPLES)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    /// Reads a command line; the first of `arguments` is the program. A variable of the environment that is empty
    /// counts as unset.
    pub(crate) fn read(arguments: impl Iterator<Item = OsString>) -> Result<Self, clap::Error> {
        let mut parser =
            Self::command().mut_subcommands(|command| command.mut_args(without_empty_variable));
        let arguments = query::with_excluded_words(arguments);
        let mut matches = parser.try_get_matches_from_mut(arguments)?;
        Self::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut parser))
    }
}

fn without_empty_variable(arg: Arg) -> Arg {
    let variable = arg.get_env().and_then(std::env::var_os);
    match variable {
        Some(value) if value.is_empty() => arg.env(None),
        _ => arg,
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show what a user shares.
    #[command(
        long_about = help::BROWSE,
        after_help = help::MORE,
        after_long_help = help::AFTER_BROWSE
    )]
    Browse(Browse),
    /// Show the messages of a capture file, or of single frames.
    #[command(
        long_about = help::DECODE,
        after_help = help::MORE,
        after_long_help = help::AFTER_DECODE,
        override_usage = help::DECODE_USAGE
    )]
    Decode(Decode),
    /// Run a server and two clients on this machine: a search and a download over real sockets.
    #[command(long_about = help::DEMO)]
    Demo(Demo),
    /// The sharing client of the demo.
    #[command(hide = true)]
    DemoSharer(DemoSharer),
    /// Turn messages in JSON into frames.
    #[command(
        long_about = help::ENCODE,
        after_help = help::MORE,
        after_long_help = help::AFTER_ENCODE
    )]
    Encode(Encode),
    /// Search the network, a room or users.
    #[command(
        long_about = help::SEARCH,
        after_help = help::MORE,
        after_long_help = help::AFTER_SEARCH
    )]
    Search(Box<Search>),
    /// Ask the router whether it passes connections on to this machine.
    #[command(
        long_about = help::PORTMAP,
        after_help = help::MORE,
        after_long_help = help::AFTER_PORTMAP
    )]
    Portmap(PortmapArgs),
    /// Run a server.
    #[command(
        long_about = help::SERVER,
        after_help = help::MORE,
        after_long_help = help::AFTER_SERVER
    )]
    Server(ServerArgs),
    /// Explain a message: its fields, where they are, what they mean.
    #[command(
        long_about = help::SPEC,
        after_help = help::MORE,
        after_long_help = help::AFTER_SPEC
    )]
    Spec(Spec),
    /// Show what the server knows of a user, and what the user says.
    #[command(
        long_about = help::USER,
        after_help = help::MORE,
        after_long_help = help::AFTER_USER
    )]
    User(User),
    /// Tell whenever a user comes, goes or is away.
    #[command(
        long_about = help::WATCH,
        after_help = help::MORE,
        after_long_help = help::AFTER_WATCH
    )]
    Watch(Watch),
}

impl Command {
    /// Whether it talks to others, or lets them talk.
    pub(crate) fn uses_network(&self) -> bool {
        !matches!(self, Self::Decode(_) | Self::Encode(_) | Self::Spec(_))
    }
}

/// What `slsk decode` takes.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(crate) struct Decode {
    /// A capture: pcap, pcapng, or JSON lines.
    ///
    /// The format is told by its first bytes. `tcpdump -w FILE` and Wireshark write such files.
    #[arg(required_unless_present = "frames")]
    pub(crate) file: Option<PathBuf>,
    /// Show a tree for each message: offset in the body, field, type, value.
    ///
    /// Offsets count from the end of the code, after inflating.
    #[arg(short, long, conflicts_with_all = ["json", "frames"])]
    pub(crate) verbose: bool,
    /// Show a JSON object for each message, passwords included.
    #[arg(long, conflicts_with = "frames")]
    pub(crate) json: bool,
    /// Decode single frames: JSON lines from standard input to standard output.
    #[arg(long, conflicts_with = "file")]
    pub(crate) frames: bool,
    /// Refuse what slsk would write otherwise.
    ///
    /// Unknown codes, bytes behind the last known field, bools other than 0 and 1.
    #[arg(long)]
    pub(crate) strict: bool,
}

/// What `slsk demo` takes.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Share this folder instead of music made for the demo.
    #[arg(long, value_name = "DIR")]
    pub(crate) share: Option<PathBuf>,
    /// Keep the music and the download, and say where they are.
    #[arg(long)]
    pub(crate) keep: bool,
}

/// What the demo tells its sharing client.
#[derive(Debug, Args)]
pub(crate) struct DemoSharer {
    /// The demo's server.
    pub(crate) server: SocketAddr,
    /// What to share.
    pub(crate) folder: PathBuf,
}

/// What `slsk encode` takes.
#[derive(Debug, Args)]
pub(crate) struct Encode {
    /// JSON lines from standard input to standard output; the only way so far.
    #[arg(long, required = true)]
    pub(crate) frames: bool,
}

/// What `slsk spec` takes.
#[derive(Debug, Args)]
pub(crate) struct Spec {
    /// A name, a code or a family; without it, a list of all messages.
    ///
    /// The name may be that of another implementation. `peer 9` is code 9 of one family.
    #[arg(num_args = 0..=2)]
    pub(crate) message: Vec<String>,
    /// Show JSON: without a message the whole specification, else an object a line.
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declaration_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_file_or_frames_but_not_both() {
        for wrong in [
            "slsk",
            "slsk decode",
            "slsk decode a --frames",
            "slsk decode --json --frames",
            "slsk decode --json --verbose a",
            "slsk decode a b",
            "slsk decode --strict",
            "slsk encode",
            "slsk spec a b c",
            "slsk search",
            "slsk search --room r --to u words",
            "slsk search --min-size big words",
            "slsk search --timeout 0 words",
            "slsk browse",
            "slsk user",
            "slsk watch",
        ] {
            assert!(
                Arguments::read(wrong.split(' ').map(Into::into)).is_err(),
                "{wrong}"
            );
        }
        for right in [
            "slsk decode a",
            "slsk decode --frames",
            "slsk decode a -v",
            "slsk decode --strict --json a",
            "slsk decode --strict --frames",
            "slsk encode --frames",
            "slsk spec",
            "slsk spec --json",
            "slsk spec 93 --json",
            "slsk spec peer 9",
            "slsk search winter song -live",
            "slsk search --type flac,mp3 --min-size 1M --to a --to b song",
            "slsk browse ada --folder Music --json",
            "slsk user ada --info --picture a.png",
            "slsk watch ada --server 127.0.0.1:1 --user björn",
            "slsk watch --all",
        ] {
            assert!(
                Arguments::read(right.split(' ').map(Into::into)).is_ok(),
                "{right}"
            );
        }
    }
}
