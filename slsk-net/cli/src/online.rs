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

/// Does what `slsk search` says.
pub(crate) fn search(args: &Search, out: &mut impl Write) -> Result<(), OnlineError> {
    session::run(&args.online, session::Stay::Once, async |client| {
        search::run(client, args, out).await
    })
}

/// Does what `slsk browse` says.
pub(crate) fn browse(args: &Browse, out: &mut impl Write) -> Result<(), OnlineError> {
    session::run(&args.online, session::Stay::Once, async |client| {
        browse::run(client, args, out).await
    })
}

/// Does what `slsk user` says.
pub(crate) fn user(args: &User, out: &mut impl Write) -> Result<(), OnlineError> {
    session::run(&args.online, session::Stay::Once, async |client| {
        user::run(client, args, out).await
    })
}

/// Does what `slsk watch` says.
pub(crate) fn watch(args: &Watch, out: &mut impl Write) -> Result<(), OnlineError> {
    session::run(&args.online, session::Stay::On, async |client| {
        watch::run(client, args, out).await
    })
}
