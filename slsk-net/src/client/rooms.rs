//! Chat rooms.

use std::sync::Arc;

use slsk_wire::Text;

use super::Client;
use crate::machine::{Command, Reply, RoomEntry, RoomError, RoomMember};

impl Client {
    /// The rooms that there are: public ones, and private ones of ours.
    ///
    /// # Errors
    /// When there is no session, or the server does not answer [in time](crate::ClientOptions::timeout).
    pub async fn rooms(&self) -> Result<Vec<RoomEntry>, RoomError> {
        match self.ask(Command::ListRooms).await {
            Some(Reply::Rooms(result)) => result,
            _ => Err(RoomError::Stopped),
        }
    }

    /// Joins a public room, which is made if there is none, and tells who is in it. After a reconnect it is joined
    /// again. What happens there are events, such as [`Event::RoomMessage`](crate::machine::Event::RoomMessage).
    ///
    /// # Errors
    /// When the name is impossible, the room private, there is no session, or the server does not answer [in
    /// time](crate::ClientOptions::timeout).
    pub async fn join_room(&self, room: impl Into<Text>) -> Result<Arc<[RoomMember]>, RoomError> {
        match self.ask(Command::JoinRoom(room.into())).await {
            Some(Reply::JoinedRoom(result)) => result,
            _ => Err(RoomError::Stopped),
        }
    }

    /// Leaves a room.
    ///
    /// # Errors
    /// When we are not in it, there is no session, or the server does not answer [in time](crate::ClientOptions::timeout).
    pub async fn leave_room(&self, room: impl Into<Text>) -> Result<(), RoomError> {
        self.room(Command::LeaveRoom(room.into())).await
    }

    /// Says something in a room, in one line. It comes back as an event once the server has passed it on.
    ///
    /// # Errors
    /// When we are not in the room, there is no session, or the message is empty or has more than 2048 bytes.
    pub async fn say(&self, room: impl Into<Text>, message: &str) -> Result<(), RoomError> {
        let (room, message) = (room.into(), message.to_owned());
        self.room(Command::SayInRoom { room, message }).await
    }

    async fn room(&self, command: Command) -> Result<(), RoomError> {
        match self.ask(command).await {
            Some(Reply::Room(result)) => result,
            _ => Err(RoomError::Stopped),
        }
    }
}
