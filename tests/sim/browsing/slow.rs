//! A user who sends his share list piece by piece.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use slsk_net::machine::{ConnId, Route};
use slsk_tests::world::{Hands, Happened, Stranger};
use slsk_wire::Family;
use slsk_wire::peer::{Directory, PeerMessage, SharesResponse};
use slsk_wire::server::{LoginRequest, ServerRequest, SetListenPort};

/// How long he waits between two pieces.
const PAUSE: Duration = Duration::from_secs(25);

/// A user who answers whatever he is asked with his share list, slowly.
#[derive(Debug)]
pub(super) struct SlowSharer {
    server: SocketAddr,
    port: u16,
    /// How many bytes he sends at once.
    piece: usize,
    list: Vec<u8>,
    /// Who asks, and from when on the next piece may go.
    asker: Option<(ConnId, Instant)>,
    session: Option<ConnId>,
}

impl SlowSharer {
    /// His list has so many folders, whose names do not compress.
    pub(super) fn new(server: SocketAddr, port: u16, piece: usize, folders: usize) -> Self {
        let mut random = fastrand::Rng::with_seed(1);
        let directory = || Directory {
            name: (0..100)
                .map(|_| random.alphanumeric())
                .collect::<String>()
                .into(),
            files: Vec::new(),
        };
        let directories = std::iter::repeat_with(directory).take(folders).collect();
        let list = PeerMessage::from(SharesResponse::new(directories, Vec::new()));
        Self {
            server,
            port,
            piece,
            list: list.to_frame().expect("a frame"),
            asker: None,
            session: None,
        }
    }

    /// How long the list takes.
    pub(super) fn time(&self) -> Duration {
        let pieces = self.list.len().div_ceil(self.piece);
        PAUSE * u32::try_from(pieces).expect("few pieces")
    }

    fn send_piece(&mut self, hands: &mut Hands<'_>) {
        let Some((conn, next)) = &mut self.asker else {
            return;
        };
        *next = hands.now + PAUSE;
        let rest = self.list.split_off(self.piece.min(self.list.len()));
        hands.write(*conn, std::mem::replace(&mut self.list, rest));
        if self.list.is_empty() {
            self.asker = None;
        }
    }
}

impl Stranger for SlowSharer {
    fn happened(&mut self, what: Happened<'_>, hands: &mut Hands<'_>) {
        match what {
            Happened::Begun => self.session = Some(hands.dial(Route::plain(self.server))),
            Happened::Connected(conn) => {
                let messages: [ServerRequest; 2] = [
                    LoginRequest::new("slow", "pw", 177, 1).into(),
                    SetListenPort::new(self.port).into(),
                ];
                for message in messages {
                    hands.write(conn, message.to_frame().expect("a frame"));
                }
            }
            Happened::Bytes(conn, _) if self.session != Some(conn) && self.asker.is_none() => {
                self.asker = Some((conn, hands.now));
            }
            Happened::Alarm => self.send_piece(hands),
            Happened::Closed(conn) => self.asker = self.asker.filter(|(asker, _)| *asker != conn),
            Happened::Accepted(_) | Happened::Failed(_) | Happened::Bytes(..) => {}
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.asker.map(|(_, next)| next)
    }
}
