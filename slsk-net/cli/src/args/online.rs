//! What the commands take that talk to a server.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use slsk_net::machine::FileKind;

use super::query::Query;
use super::units::{duration, kind, length, size};

/// Which server, as whom.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Session")]
pub(crate) struct Online {
    /// The server [default: server.slsknet.org:2242].
    #[arg(long, value_name = "HOST[:PORT]", env = "SLSK_SERVER")]
    pub(crate) server: Option<String>,
    /// The name to log in with.
    #[arg(long, value_name = "NAME", env = "SLSK_USER")]
    pub(crate) user: Option<String>,
    /// A file whose first line is the password. `SLSK_PASSWORD` goes first.
    #[arg(long, value_name = "FILE", env = "SLSK_PASSWORD_FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// Where others can connect to us [default: any free port].
    #[arg(long, value_name = "IP:PORT", env = "SLSK_LISTEN")]
    pub(crate) listen: Option<SocketAddr>,
    /// Do not ask the router to pass connections on to us.
    #[arg(long)]
    pub(crate) no_port_mapping: bool,
    /// The configuration [default: slsk/config.toml in the system's folder for that].
    #[arg(long, value_name = "FILE", env = "SLSK_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Where programs of this account keep a common pace [default: slsk/pace.json in the system's folder for that].
    #[arg(long, value_name = "FILE", env = "SLSK_PACE")]
    pub(crate) pace: Option<PathBuf>,
}

/// What `slsk search` takes.
#[derive(Debug, Args)]
pub(crate) struct Search {
    /// What to look for.
    #[command(flatten)]
    pub(crate) query: Query,
    /// Search the users of this room, joining it meanwhile.
    #[arg(long, value_name = "ROOM", conflicts_with = "to")]
    pub(crate) room: Option<String>,
    /// Search this user; may be given several times.
    #[arg(long, value_name = "USER")]
    pub(crate) to: Vec<String>,
    /// How long to wait for results, such as 30, 90s or 2m.
    #[arg(long, value_name = "TIME", default_value = "15", value_parser = duration)]
    pub(crate) timeout: Duration,
    /// End after so many files.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) limit: usize,
    /// Take so many files of each user.
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) per_user: usize,
    /// Send the query as it stands, with its punctuation.
    #[arg(long)]
    pub(crate) raw: bool,
    /// Show a JSON object for each file, as they come.
    #[arg(long)]
    pub(crate) json: bool,
    /// Which files to show.
    #[command(flatten)]
    pub(crate) filter: Filter,
    /// Which server, as whom.
    #[command(flatten)]
    pub(crate) online: Online,
}

/// Which files of a search are shown.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Filters")]
pub(crate) struct Filter {
    /// Only these: extensions, audio, lossless, video or image.
    #[arg(long = "type", value_name = "KIND", value_delimiter = ',', value_parser = kind)]
    pub(crate) kinds: Vec<FileKind>,
    /// At least this size, such as 500k, 10M or 1G.
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) min_size: Option<u64>,
    /// At most this size.
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) max_size: Option<u64>,
    /// At least so many kilobits a second.
    #[arg(long, value_name = "KBIT")]
    pub(crate) min_bitrate: Option<u32>,
    /// At most so many kilobits a second.
    #[arg(long, value_name = "KBIT")]
    pub(crate) max_bitrate: Option<u32>,
    /// At least so long, such as 90 or 3:30.
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    pub(crate) min_length: Option<u32>,
    /// At most so long.
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    pub(crate) max_length: Option<u32>,
    /// Keep files that do not tell their bitrate or length.
    #[arg(long)]
    pub(crate) keep_unknown: bool,
    /// Only users who would send at once.
    #[arg(long)]
    pub(crate) free_slot: bool,
    /// No files that are shown but not for us.
    #[arg(long)]
    pub(crate) no_locked: bool,
    /// No paths with this word; may be given several times.
    #[arg(long, value_name = "WORD")]
    pub(crate) exclude: Vec<String>,
}

/// What `slsk browse` takes.
#[derive(Debug, Args)]
pub(crate) struct Browse {
    /// Whose files.
    #[arg(value_name = "USER")]
    pub(crate) name: String,
    /// Only this folder, by its full path.
    #[arg(long, value_name = "PATH")]
    pub(crate) folder: Option<OsString>,
    /// Show a JSON object for each folder.
    #[arg(long)]
    pub(crate) json: bool,
    /// Which server, as whom.
    #[command(flatten)]
    pub(crate) online: Online,
}

/// What `slsk user` takes.
#[derive(Debug, Args)]
pub(crate) struct User {
    /// Who.
    #[arg(value_name = "USER")]
    pub(crate) name: String,
    /// Ask the user himself, too.
    #[arg(long)]
    pub(crate) info: bool,
    /// Write the picture of the user to this file, which must not exist.
    #[arg(long, value_name = "FILE")]
    pub(crate) picture: Option<PathBuf>,
    /// Show a JSON object.
    #[arg(long)]
    pub(crate) json: bool,
    /// Which server, as whom.
    #[command(flatten)]
    pub(crate) online: Online,
}

impl User {
    /// Whether the user himself is asked.
    pub(crate) fn asks(&self) -> bool {
        self.info || self.picture.is_some()
    }
}

/// What `slsk watch` takes.
#[derive(Debug, Args)]
pub(crate) struct Watch {
    /// Who.
    #[arg(value_name = "USER", required_unless_present = "all")]
    pub(crate) names: Vec<String>,
    /// Tell everything else that happens, too.
    #[arg(long)]
    pub(crate) all: bool,
    /// Show a JSON object for each change.
    #[arg(long)]
    pub(crate) json: bool,
    /// Which server, as whom.
    #[command(flatten)]
    pub(crate) online: Online,
}
