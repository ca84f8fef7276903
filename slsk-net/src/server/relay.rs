//! What users tell each other by way of the server to find each other.

use slsk_wire::Text;
use slsk_wire::server::{
    CantConnectToPeer, ConnectToPeer, IncomingCantConnectToPeer, IncomingConnectToPeer,
    PlaceInLineRequest, PlaceInLineResponse, SendConnectToken,
};

use super::base::Base;
use super::outbox::Outbox;
use crate::machine::ConnId;

/// Passes on that a user wants to be connected to. If the other one is not there, says so.
pub(super) fn connect(base: &Base, conn: ConnId, wish: ConnectToPeer, out: &mut Outbox<'_>) {
    let Some(target) = base.users.conn_of(&wish.username) else {
        let failure = IncomingCantConnectToPeer {
            token: wish.token,
            username: None,
        };
        return out.send(conn, failure);
    };
    let Some(user) = base.users.at(conn) else {
        return;
    };
    let wish = IncomingConnectToPeer {
        username: user.name.clone(),
        kind: wish.kind,
        ip: user.ip,
        port: user.port.into(),
        token: wish.token,
        privileged: base.privileges.has(&user.name),
        obfuscation_type: Some(user.obfuscation_type.clone()),
        obfuscated_port: Some(user.obfuscated_port.into()),
    };
    out.send(target, wish);
}

/// Passes on that a user could not be connected to.
pub(super) fn cant_connect(base: &Base, failure: &CantConnectToPeer, out: &mut Outbox<'_>) {
    if let Some(target) = base.users.conn_of(&failure.username) {
        let failure = IncomingCantConnectToPeer {
            token: failure.token,
            username: None,
        };
        out.send(target, failure);
    }
}

/// Passes on the token of a connection that is to come.
pub(super) fn connect_token(
    base: &Base,
    name: &Text,
    told: &SendConnectToken,
    out: &mut Outbox<'_>,
) {
    if let Some(target) = base.users.conn_of(&told.username) {
        let username = name.clone();
        let token = told.token;
        out.send(target, SendConnectToken { username, token });
    }
}

/// Passes on the question for a place in a queue.
pub(super) fn place_asked(
    base: &Base,
    name: &Text,
    asked: &PlaceInLineRequest,
    out: &mut Outbox<'_>,
) {
    if let Some(target) = base.users.conn_of(&asked.username) {
        let username = name.clone();
        let token = asked.token;
        out.send(target, PlaceInLineRequest { username, token });
    }
}

/// Passes on a place in a queue.
pub(super) fn place_told(
    base: &Base,
    name: &Text,
    told: &PlaceInLineResponse,
    out: &mut Outbox<'_>,
) {
    if let Some(target) = base.users.conn_of(&told.username) {
        let username = name.clone();
        let (token, place) = (told.token, told.place);
        let answer = PlaceInLineResponse {
            username,
            token,
            place,
        };
        out.send(target, answer);
    }
}
