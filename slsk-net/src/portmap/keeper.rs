//! Keeps the ports of a client mapped for as long as it lives.

use std::net::{SocketAddr, SocketAddrV4};
use std::thread;
use std::time::Duration;

use tokio::sync::{Mutex, oneshot, watch};

use super::{Lease, Mapped, MappingError, PortMapping};

/// How long after a failure the router is asked again.
const RETRY: Duration = Duration::from_mins(5);
/// How often a mapping for ever is renewed: the router may have been restarted.
const PERMANENT: Duration = Duration::from_hours(1);
/// How long the router may take when the client stops, with what it is at and with taking the mappings back.
const FAREWELL: Duration = Duration::from_secs(3);

/// Whether the router passes connections on to a client.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MappingState {
    /// It is not asked: nobody wants it, or the client is one of this machine or behind a proxy.
    Off,
    /// It is being asked.
    Trying,
    /// It does.
    Mapped {
        /// The plain port.
        plain: Option<Mapped>,
        /// The obfuscated port.
        obfuscated: Option<Mapped>,
    },
    /// It does not. It is asked again after five minutes.
    Failed(MappingError),
}

/// The ports of a client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Internal {
    pub(crate) plain: Option<SocketAddr>,
    pub(crate) obfuscated: Option<SocketAddr>,
}

/// A thread that keeps mappings, and what it tells.
///
/// It is a thread with a runtime of its own, so that nothing of what the libraries start there outlives it.
#[derive(Debug)]
pub(crate) struct Keeper {
    /// Dropped to stop it.
    stop: std::sync::Mutex<Option<oneshot::Sender<()>>>,
    ended: Mutex<oneshot::Receiver<()>>,
    state: watch::Receiver<MappingState>,
}

impl Keeper {
    /// Begins to map ports; `tell` hears of each change.
    pub(crate) fn start(
        settings: PortMapping,
        ports: Internal,
        tell: impl Fn(&MappingState) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (stop, stopped) = oneshot::channel();
        let (end, ended) = oneshot::channel();
        let (report, state) = watch::channel(MappingState::Trying);
        let mut worker = Worker {
            settings,
            ports: [v4(ports.plain), v4(ports.obfuscated)],
            leases: [None, None],
            report,
            tell: Box::new(tell),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        thread::Builder::new()
            .name("slsk-portmap".to_owned())
            .spawn(move || {
                runtime.block_on(worker.run(stopped));
                drop((worker, runtime));
                // Nobody may wait for it.
                let _ = end.send(());
            })?;
        Ok(Self {
            stop: std::sync::Mutex::new(Some(stop)),
            ended: Mutex::new(ended),
            state,
        })
    }

    /// How it is, and whenever that changes.
    pub(crate) fn state(&self) -> watch::Receiver<MappingState> {
        self.state.clone()
    }

    /// Takes all mappings back, if the router lets us in a few seconds.
    pub(crate) async fn stop(&self) {
        if let Ok(mut stop) = self.stop.lock() {
            drop(stop.take());
        }
        let mut ended = self.ended.lock().await;
        // A second time it fails at once, as it has ended.
        let _ = (&mut *ended).await;
    }
}

struct Worker {
    settings: PortMapping,
    /// Plain and obfuscated.
    ports: [Option<SocketAddrV4>; 2],
    leases: [Option<Lease>; 2],
    report: watch::Sender<MappingState>,
    tell: Box<dyn Fn(&MappingState) + Send>,
}

impl Worker {
    async fn run(&mut self, stopped: oneshot::Receiver<()>) {
        let mut stopped = std::pin::pin!(stopped);
        loop {
            // What is being asked for when the client stops is waited for, as it has to be taken back.
            let pause = {
                let mut asking = std::pin::pin!(self.ask());
                tokio::select! {
                    pause = &mut asking => Some(pause),
                    _ = &mut stopped => {
                        let _ = tokio::time::timeout(FAREWELL, asking).await;
                        None
                    }
                }
            };
            let Some(pause) = pause else { break };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                _ = &mut stopped => break,
            }
        }
        let _ = tokio::time::timeout(FAREWELL, self.take_back()).await;
    }

    /// Maps or renews, tells how it went, and says how long that is enough.
    async fn ask(&mut self) -> Duration {
        let mut failure = None;
        for (port, lease) in self.ports.iter().zip(&mut self.leases) {
            let Some(port) = port else { continue };
            if let Some(held) = lease {
                let renewed = tokio::time::timeout(self.settings.timeout, held.renew()).await;
                if matches!(renewed, Ok(Ok(()))) {
                    continue;
                }
            }
            *lease = match self.settings.map_by_any(*port).await {
                Ok(lease) => Some(lease),
                Err(error) => {
                    failure = Some(error);
                    None
                }
            };
        }
        let [plain, obfuscated] = [0, 1].map(|index: usize| {
            let lease = self.leases[index].as_ref();
            lease.map(|lease| *lease.mapped())
        });
        let state = match (&failure, plain, obfuscated) {
            (Some(error), None, None) => MappingState::Failed(error.clone()),
            _ => MappingState::Mapped { plain, obfuscated },
        };
        (self.tell)(&state);
        self.report.send_replace(state);
        let leases = [plain, obfuscated].into_iter().flatten();
        let halves = leases.map(|mapped| {
            if mapped.lease.is_zero() {
                PERMANENT
            } else {
                mapped.lease / 2
            }
        });
        let retry = failure.map(|_| RETRY);
        halves.chain(retry).min().unwrap_or(RETRY)
    }

    async fn take_back(&mut self) {
        for lease in self.leases.iter_mut().filter_map(Option::take) {
            if let Err(error) = lease.remove().await {
                tracing::warn!(%error, "a mapping stays until its lease is over");
            }
        }
    }
}

fn v4(address: Option<SocketAddr>) -> Option<SocketAddrV4> {
    match address? {
        SocketAddr::V4(address) => Some(address),
        // A router of this kind has nothing to do with it.
        SocketAddr::V6(_) => None,
    }
}
