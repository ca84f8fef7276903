//! A server that does what a test says, and keeps what it has heard.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use slsk_net::machine::ConnId;
use slsk_tests::world::{Hands, Happened, Stranger};
use slsk_wire::server::{ServerRequest, ServerResponse};
use slsk_wire::{Decoder, Family, FamilyId, Framer, Limits};

/// What the server does.
pub(crate) enum Answer {
    Say(Box<ServerResponse>),
    Close,
}

impl<M: Into<ServerResponse>> From<M> for Answer {
    fn from(message: M) -> Self {
        Self::Say(Box::new(message.into()))
    }
}

/// What the server has heard on each connection, counted from 0.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heard(Rc<RefCell<Vec<Vec<ServerRequest>>>>);

impl Heard {
    /// How many connections there were.
    pub(crate) fn connections(&self) -> usize {
        self.0.borrow().len()
    }

    /// What has come over one of them.
    pub(crate) fn requests(&self, number: usize) -> Vec<ServerRequest> {
        self.0.borrow()[number].clone()
    }
}

type Script = Box<dyn FnMut(usize, &ServerRequest) -> Vec<Answer>>;

pub(crate) struct ScriptedServer {
    heard: Heard,
    open: BTreeMap<ConnId, (usize, Framer)>,
    answer: Script,
}

impl ScriptedServer {
    /// A server that answers each request, of which connection is told too.
    pub(crate) fn new(
        answer: impl FnMut(usize, &ServerRequest) -> Vec<Answer> + 'static,
    ) -> (Self, Heard) {
        let heard = Heard::default();
        let server = Self {
            heard: heard.clone(),
            open: BTreeMap::new(),
            answer: Box::new(answer),
        };
        (server, heard)
    }

    fn read(&mut self, conn: ConnId, bytes: &[u8], hands: &mut Hands<'_>) {
        let Some((number, framer)) = self.open.get_mut(&conn) else {
            return;
        };
        framer.push(bytes);
        while let Some(frame) = framer.next(FamilyId::ServerRequest).expect("frames") {
            let decoded = Decoder::default().decode::<ServerRequest>(&frame);
            let request = decoded.expect("a request").message;
            self.heard.0.borrow_mut()[*number].push(request.clone());
            for answer in (self.answer)(*number, &request) {
                match answer {
                    Answer::Say(message) => hands.write(conn, message.to_frame().expect("a frame")),
                    Answer::Close => return hands.close(conn),
                }
            }
        }
    }
}

impl Stranger for ScriptedServer {
    fn happened(&mut self, what: Happened<'_>, hands: &mut Hands<'_>) {
        match what {
            Happened::Accepted(conn) => {
                let number = self.heard.connections();
                self.heard.0.borrow_mut().push(Vec::new());
                let framer = Framer::new(Limits::default());
                self.open.insert(conn, (number, framer));
            }
            Happened::Bytes(conn, bytes) => self.read(conn, bytes, hands),
            Happened::Closed(conn) => _ = self.open.remove(&conn),
            Happened::Begun | Happened::Connected(_) | Happened::Failed(_) | Happened::Alarm => {}
        }
    }
}

impl fmt::Debug for ScriptedServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ScriptedServer")
    }
}
