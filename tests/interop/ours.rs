//! Our client, as the tests ask it.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::OnceLock;

use serde_json::Value;
use slsk_net::client::{Events, Notice};
use slsk_net::machine::{Event, LoginError, Profile, SearchRequest, SessionError, WatchError};
use slsk_net::share::{Index, Root, scan};
use slsk_net::{Client, ClientOptions};
use slsk_wire::peer::Directory;
use slsk_wire::server::OwnStatus;
use tokio::sync::{Mutex, watch};

use crate::client::{
    Among, Downloaded, Folder, FolderFile, Found, FoundFile, Info, LoggedIn, Place, Shares, Watched,
};
use crate::record::Listeners;

#[derive(Debug)]
pub(crate) struct Ours {
    pub(crate) user: String,
    pub(crate) password: String,
    pub(crate) options: ClientOptions,
    pub(crate) shares: Vec<(String, PathBuf)>,
    /// For downloads.
    pub(crate) folder: PathBuf,
    pub(crate) listeners: Listeners,
    /// What it says of itself.
    pub(crate) profile: Profile,
    /// Counts the packets that the client has sent.
    pub(crate) sent: watch::Sender<u64>,
    pub(crate) running: OnceLock<(Client, Mutex<Events>)>,
}

impl Ours {
    fn client(&self) -> &Client {
        let (client, _) = self.running.get().expect("a login");
        client
    }

    pub(crate) async fn login(&self) -> LoggedIn {
        let client = Client::connect(self.options.clone())
            .await
            .expect("a connection");
        self.listeners
            .0
            .lock()
            .expect("no panic")
            .push(client.listening());
        client.share(self.index()).await.expect("running");
        let profile = self.profile.clone();
        client.set_profile(profile).await.expect("running");
        let refused = match client.login(&self.user, &self.password).await {
            Ok(_) => None,
            Err(LoginError::Refused { reason, .. }) => Some(reason.raw().to_string()),
            Err(error) => panic!("{}: {error}", self.user),
        };
        let events = Mutex::new(client.events());
        self.running.set((client, events)).expect("one login");
        LoggedIn { refused }
    }

    /// What it shares, by remote path.
    pub(crate) fn shared(&self) -> Vec<FoundFile> {
        self.index()
            .iter()
            .map(|file| FoundFile {
                path: file.path().to_string(),
                size: file.size(),
            })
            .collect()
    }

    fn index(&self) -> Index {
        let roots: Vec<_> = self
            .shares
            .iter()
            .map(|(name, folder)| Root::new(name, folder))
            .collect();
        let (index, _) = scan(&roots, |_| ControlFlow::Continue(())).expect("sound shares");
        index
    }

    pub(crate) async fn await_kick(&self) {
        let kicked = |event: &Event| matches!(event, Event::Disconnected(SessionError::Relogged));
        self.await_event(kicked).await;
    }

    pub(crate) async fn search(&self, among: Among<'_>, query: &str, users: &[&str]) -> Vec<Found> {
        let request = SearchRequest::new(query);
        let mut search = match among {
            Among::Network => self.client().search(request),
            Among::Room(room) => self.client().search(request.in_room(room)),
            Among::User(user) => self.client().search(request.of_users([user])),
            Among::Wishes => self.client().wish(request),
        };
        let mut found: Vec<Option<Found>> = users.iter().map(|_| None).collect();
        while found.iter().any(Option::is_none) {
            let response = search
                .next()
                .await
                .expect("an open search")
                .expect("results from all");
            let user = response.username.to_string();
            if let Some(at) = users.iter().position(|name| *name == user) {
                let files = response.results.iter().map(|file| FoundFile {
                    path: file.name.to_string(),
                    size: file.size(),
                });
                found[at] = Some(Found {
                    user,
                    files: files.collect(),
                    free: response.slot_free,
                });
            }
        }
        found.into_iter().flatten().collect()
    }

    pub(crate) async fn download(&self, user: &str, file: &FoundFile) -> Downloaded {
        let name = file.path.rsplit('\\').next().expect("a name");
        let local = self.folder.join(name);
        match self
            .client()
            .download(user, file.path.as_str(), file.size, local)
            .finish()
            .await
        {
            Ok(path) => Downloaded::Path(path),
            Err(error) => Downloaded::Failed(error.to_string()),
        }
    }

    pub(crate) async fn browse(&self, user: &str) -> Result<Shares, String> {
        let shares = self.client().browse(user).await;
        let shares = shares.map_err(|error| error.to_string())?;
        Ok(Shares {
            folders: folders(&shares.directories),
        })
    }

    pub(crate) async fn folder(&self, user: &str, path: &str) -> Result<Vec<Folder>, String> {
        let contents = self.client().folder(user, path).await;
        let contents = contents.map_err(|error| error.to_string())?;
        Ok(folders(&contents.directories))
    }

    pub(crate) async fn user_info(&self, user: &str) -> Result<Info, String> {
        let info = self.client().user_info(user).await;
        let info = info.map_err(|error| error.to_string())?;
        Ok(Info {
            description: info.description.to_string(),
            picture: info
                .picture
                .as_ref()
                .map(|picture| const_hex::encode(&picture.0)),
            queue: info.queue_size,
            free: info.slots_free,
        })
    }

    pub(crate) async fn watch(&self, user: &str) -> Watched {
        match self.client().watch(user).await {
            Ok(info) => Watched {
                exists: true,
                status: Some(info.status.raw()),
            },
            Err(WatchError::NoSuchUser) => Watched {
                exists: false,
                status: None,
            },
            Err(error) => panic!("{}: {error}", self.user),
        }
    }

    pub(crate) async fn await_status(&self, user: &str, wanted: u32) {
        self.await_event(|event| match event {
            Event::UserStatus {
                user: name, status, ..
            } => *name == user && status.raw() == wanted,
            _ => false,
        })
        .await;
    }

    pub(crate) async fn set_away(&self, away: bool) {
        let status = if away {
            OwnStatus::Away
        } else {
            OwnStatus::Online
        };
        let set = self.client().set_status(status).await;
        set.expect("running");
    }

    pub(crate) async fn join(&self, room: &str) -> Vec<String> {
        let members = self.client().join_room(room).await.expect("a room");
        let mut users: Vec<_> = members
            .iter()
            .map(|member| member.user.to_string())
            .collect();
        users.sort();
        users
    }

    /// Our place in the distributed network, once it is as wanted.
    pub(crate) async fn tree(&self, wanted: &Value) -> Place {
        let mut sent = self.sent.subscribe();
        let mut events = self.client().events();
        loop {
            let branch = self.client().branch().await.expect("a session");
            let place = Place {
                parent: branch.parent.map(|parent| parent.to_string()),
                level: branch.level,
                root: branch.root.to_string(),
                children: branch.children.iter().map(ToString::to_string).collect(),
            };
            if place.is(wanted) {
                return place;
            }
            // A new child is no event, but it is told our level at once.
            tokio::select! {
                _ = events.next() => {}
                changed = sent.changed() => changed.expect("a client"),
            }
        }
    }

    /// Waits for an event, which may be one since the login that nobody has waited for.
    async fn await_event(&self, fits: impl Fn(&Event) -> bool) {
        let (_, events) = self.running.get().expect("a login");
        let mut events = events.lock().await;
        loop {
            match events.next().await {
                Some(Notice::Event(event)) if fits(&event) => return,
                Some(_) => {}
                None => panic!("{}: the client has stopped", self.user),
            }
        }
    }

    pub(crate) async fn stop(&self) {
        if let Some((client, _)) = self.running.get() {
            client.stop().await;
        }
    }
}

fn folders(directories: &[Directory]) -> Vec<Folder> {
    let files = |directory: &Directory| {
        directory
            .files
            .iter()
            .map(|file| FolderFile {
                name: file.name.to_string(),
                size: file.size(),
            })
            .collect()
    };
    let folders = directories.iter().map(|directory| Folder {
        path: directory.name.to_string(),
        files: files(directory),
    });
    folders.collect()
}
