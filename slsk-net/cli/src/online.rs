//! The commands that talk to a server: `slsk search`, `slsk browse`, `slsk user`, `slsk watch`.

mod browse;
mod error;
mod file;
mod search;
mod session;
mod settings;
mod user;
mod watch;

use std::io::Write;

use crate::args::{Browse, Search, User, Watch};

pub(crate) use error::OnlineError;
use session::Needs;

const USER: &str = "name of a user";
/// For commands to which users answer, some of whom can't be connected to.
const VISITED: Needs = Needs {
    returns: false,
    messages: false,
    visitors: true,
};

/// Refuses what is empty before anybody is asked for it.
fn given(what: &str, text: &str) -> Result<(), OnlineError> {
    if text.trim().is_empty() {
        return Err(OnlineError::Usage(format!("an empty {what}")));
    }
    Ok(())
}

/// Does what `slsk search` says.
pub(crate) fn search(args: &Search, out: &mut impl Write) -> Result<(), OnlineError> {
    given("query", &args.query.text())?;
    args.room
        .iter()
        .try_for_each(|room| given("name of a room", room))?;
    args.to.iter().try_for_each(|user| given(USER, user))?;
    let mut results = search::Results::default();
    let ended = session::run(&args.online, VISITED, async |client, _| {
        results.collect(client, args, out).await
    });
    results.finish(ended, out)
}

/// Does what `slsk browse` says.
pub(crate) fn browse(args: &Browse, out: &mut impl Write) -> Result<(), OnlineError> {
    given(USER, &args.name)?;
    session::run(&args.online, VISITED, async |client, _| {
        browse::run(client, args, out).await
    })
}

/// Does what `slsk user` says.
pub(crate) fn user(args: &User, out: &mut impl Write) -> Result<(), OnlineError> {
    given(USER, &args.name)?;
    let needs = Needs {
        visitors: args.asks(),
        ..Needs::default()
    };
    session::run(&args.online, needs, async |client, _| {
        user::run(client, args, out).await
    })
}

/// Does what `slsk watch` says.
pub(crate) fn watch(args: &Watch, out: &mut impl Write) -> Result<(), OnlineError> {
    args.names.iter().try_for_each(|name| given(USER, name))?;
    let needs = Needs {
        returns: true,
        messages: args.all,
        ..Needs::default()
    };
    session::run(&args.online, needs, async |client, events| {
        watch::run(client, events, args, out).await
    })
}
