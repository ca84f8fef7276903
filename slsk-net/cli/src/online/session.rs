//! A session for one command.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use slsk_net::client::{Events, Notice};
use slsk_net::machine::{Event, ReconnectPolicy};
use slsk_net::{Client, ClientOptions, Pacing};

use super::OnlineError;
use super::settings::Settings;
use crate::args::Online;
use crate::ending::{Ending, ending};

/// What a command needs of the session. Without any of it, it ends with the session.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Needs {
    /// It goes on when the session is lost: the client comes back.
    pub(super) returns: bool,
    /// It shows private messages. Those that no command shows wait for another client of the account.
    pub(super) messages: bool,
    /// Others must be able to connect to us.
    pub(super) visitors: bool,
}

/// Logs in, does the work, and logs out whatever happens. The work gets all events, those of the login too: what has
/// waited for us comes at once.
pub(super) fn run(
    args: &Online,
    needs: Needs,
    work: impl AsyncFnOnce(&Client, Events) -> Result<(), OnlineError>,
) -> Result<(), OnlineError> {
    let settings = Settings::new(args)?;
    let password = settings.password()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let result = runtime.block_on(async {
        let mut ended = pin!(ending());
        let client = tokio::select! {
            client = connect(&settings, needs) => client?,
            result = &mut ended => return Err(interruption(result)),
        };
        let (events, for_work) = (client.events(), client.events());
        // What has come goes before an interruption.
        let result = tokio::select! {
            biased;
            result = async {
                client.login(&settings.user, &password).await?;
                work(&client, for_work).await
            } => result,
            never = tell_delays(&client) => match never {},
            result = &mut ended => Err(interruption(result)),
        };
        tokio::select! {
            () = client.stop() => {}
            // Whoever asks again does not want to wait for a router or a disk.
            _ = ending() => return result,
        }
        match result {
            Err(error) if error.may_be_session_over() => Err(why(events).await.unwrap_or(error)),
            result => result,
        }
    });
    // The system may still be looking for the address of the server.
    runtime.shutdown_background();
    result
}

/// Why the session has ended, from the events of a client that has stopped.
async fn why(mut events: Events) -> Option<OnlineError> {
    while let Some(notice) = events.next().await {
        if let Notice::Event(Event::Disconnected(error)) = notice {
            return Some(error.into());
        }
    }
    None
}

async fn connect(settings: &Settings, needs: Needs) -> Result<Client, OnlineError> {
    let server = resolve(&settings.server).await?;
    let mut options = ClientOptions::new(server);
    if let Some(listen) = settings.listen {
        options.listen = listen;
    }
    if let Some(pace) = &settings.pace {
        options.pacing = Pacing::File(pace.clone());
    }
    if !(needs.visitors && settings.port_mapping) {
        options.network.port_mapping = None;
    }
    options.acknowledge_messages = needs.messages;
    options.reconnect = needs.returns.then(ReconnectPolicy::default);
    Ok(Client::connect(options).await?)
}

/// An address of the server; one of version 4 if there is one, as the protocol knows no others.
async fn resolve(server: &str) -> Result<SocketAddr, OnlineError> {
    let unknown = |problem: String| OnlineError::Unknown {
        server: server.to_owned(),
        problem,
    };
    let found = tokio::net::lookup_host(server).await;
    let found: Vec<_> = found.map_err(|error| unknown(error.to_string()))?.collect();
    let address = found.iter().find(|address| address.is_ipv4());
    let address = address.or(found.first());
    address
        .copied()
        .ok_or_else(|| unknown("it has no address".to_owned()))
}

/// Says on standard error what is waited for.
async fn tell_delays(client: &Client) -> std::convert::Infallible {
    let mut events = client.events();
    while let Some(notice) = events.next().await {
        match notice {
            Notice::Event(Event::LoginDelayed { after }) => tell_delay("The login", after),
            Notice::Event(Event::SearchDelayed { after, .. }) => tell_delay("The search", after),
            _ => {}
        }
    }
    std::future::pending().await
}

fn tell_delay(what: &str, after: Duration) {
    let seconds = after.as_secs_f64().ceil();
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(
        io::stderr().lock(),
        "slsk: {what} waits {seconds} s for its turn, as the server bans for more."
    );
}

fn interruption(result: io::Result<Ending>) -> OnlineError {
    result
        .err()
        .map_or(OnlineError::Interrupted, OnlineError::Io)
}
