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

/// What is done when the session is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stay {
    /// The command ends.
    Once,
    /// The client comes back.
    On,
}

/// Logs in, does the work, and logs out whatever happens.
pub(super) fn run(
    args: &Online,
    stay: Stay,
    work: impl AsyncFnOnce(&Client) -> Result<(), OnlineError>,
) -> Result<(), OnlineError> {
    let settings = Settings::new(args)?;
    let password = settings.password()?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let mut ended = pin!(ending());
        let client = tokio::select! {
            client = connect(&settings, stay) => client?,
            result = &mut ended => return Err(interruption(result)),
        };
        let events = client.events();
        // What has come goes before an interruption.
        let result = tokio::select! {
            biased;
            result = async {
                client.login(&settings.user, &password).await?;
                work(&client).await
            } => result,
            never = tell_delays(&client) => match never {},
            result = &mut ended => Err(interruption(result)),
        };
        client.stop().await;
        match result {
            Err(error) if error.is_session_over() => Err(why(events).await.unwrap_or(error)),
            result => result,
        }
    })
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

async fn connect(settings: &Settings, stay: Stay) -> Result<Client, OnlineError> {
    let server = resolve(&settings.server).await?;
    let mut options = ClientOptions::new(server);
    if let Some(listen) = settings.listen {
        options.listen = listen;
    }
    if let Some(pace) = &settings.pace {
        options.pacing = Pacing::File(pace.clone());
    }
    options.reconnect = (stay == Stay::On).then(ReconnectPolicy::default);
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
