//! `slsk server`: a server, and what happens there, a line for each event.

mod report;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};
use slsk_net::server::{
    AccountFile, AccountFileError, AccountStore, SearchDelivery, Server, ServerConfig,
    ServerOptions, StartError,
};
use thiserror::Error;

use crate::ending::{Ending, ending};
use report::Report;

/// How many files and connections we ask the system for; it may give less.
const DESCRIPTORS: u64 = 65_536;
/// How long the last lines may take when the program ends.
const LAST_LINES: Duration = Duration::from_secs(1);

/// What `slsk server` takes.
#[derive(Debug, Args)]
pub(crate) struct ServerArgs {
    /// Listen here; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:2242")]
    bind: SocketAddr,
    /// Keep accounts in this file; without it they are gone with the server.
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// Greet everybody who logs in with this text.
    #[arg(long, value_name = "TEXT", default_value = "")]
    message_of_the_day: String,
    /// Let a wish be searched for so often.
    #[arg(long, value_name = "SECONDS", default_value_t = 720)]
    wishlist_interval: u32,
    /// The same for users with privileges.
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    privileged_wishlist_interval: u32,
    /// How searches of the whole network reach the users.
    #[arg(long, value_enum, value_name = "HOW", default_value_t = Delivery::Distributed)]
    search_delivery: Delivery,
    /// Tell who looks for a parent of possible ones so often.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    parents_interval: u64,
    /// Tell clients that they need this speed to have children.
    #[arg(long, value_name = "SPEED", default_value_t = 1)]
    parent_min_speed: u32,
    /// Tell clients that they may have a child for each so much of their speed.
    #[arg(long, value_name = "RATIO", default_value_t = 50)]
    parent_speed_ratio: u32,
    /// Have clients leave out results with this phrase. May be given again.
    #[arg(long = "exclude", value_name = "PHRASE")]
    excluded_phrases: Vec<String>,
    /// Make no account for a new name: only those in the file may log in.
    #[arg(long, requires = "db")]
    closed: bool,
    /// Show each event as a JSON object.
    #[arg(long)]
    json: bool,
}

/// How searches reach the users.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Delivery {
    /// Through the distributed network, as on the official server.
    Distributed,
    /// To everybody, from the server.
    Direct,
}

/// Why there is no server.
#[derive(Debug, Error)]
pub(crate) enum ServerError {
    /// The runtime, or the signals.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The file with the accounts.
    #[error(transparent)]
    File(#[from] AccountFileError),
    /// The address.
    #[error("{0}: {1}")]
    Start(SocketAddr, StartError),
}

/// Serves until somebody ends the program.
pub(crate) fn run(args: ServerArgs) -> Result<Ending, ServerError> {
    // Where it is refused the server holds fewer clients.
    let _ = rlimit::increase_nofile_limit(DESCRIPTORS);
    let runtime = tokio::runtime::Runtime::new()?;
    let ending = runtime.block_on(serve(args));
    // A reader of our output who does not read must not keep us.
    runtime.shutdown_background();
    ending
}

async fn serve(args: ServerArgs) -> Result<Ending, ServerError> {
    let report = Report::new(args.json);
    let (address, is_kept) = (args.bind, args.db.is_some());
    let options = options(args)?;
    let started = Server::start(address, options).await;
    let server = started.map_err(|error| ServerError::Start(address, error))?;
    if !address.ip().is_loopback() {
        let _ = writeln!(
            io::stderr().lock(),
            "slsk: others can reach this server; passwords go over the network in clear"
        );
    }
    let printed = report.start(server.address(), is_kept, server.events());
    let ending = ending().await?;
    server.stop().await;
    // What cannot be printed by now will not be.
    let _ = tokio::time::timeout(LAST_LINES, printed).await;
    Ok(ending)
}

fn options(args: ServerArgs) -> Result<ServerOptions, ServerError> {
    let config = ServerConfig {
        greeting: args.message_of_the_day,
        excluded_phrases: args.excluded_phrases.into_iter().map(Into::into).collect(),
        wishlist_interval: args.wishlist_interval,
        privileged_wishlist_interval: args.privileged_wishlist_interval,
        search_delivery: match args.search_delivery {
            Delivery::Distributed => SearchDelivery::Distributed,
            Delivery::Direct => SearchDelivery::Direct,
        },
        parents_interval: Duration::from_secs(args.parents_interval),
        parent_min_speed: args.parent_min_speed,
        parent_speed_ratio: args.parent_speed_ratio,
        open: !args.closed,
        ..ServerConfig::default()
    };
    let store = match args.db {
        Some(path) => Some(Arc::new(AccountFile::open(path)?) as Arc<dyn AccountStore>),
        None => None,
    };
    Ok(ServerOptions {
        config,
        store,
        ..ServerOptions::default()
    })
}
