//! What a user says about himself.

use slsk_derive::Wire;

use crate::types::{Blob, Text};

/// Asks a user about himself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 15, guide = "users", sender = Requester)]
#[doc(alias = "PeerUserInfoRequest")]
#[doc(alias = "InfoRequest")]
pub struct UserInfoRequest;

/// What a user says about himself.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 16, guide = "users", sender = Responder)]
#[doc(alias = "PeerUserInfoReply")]
#[doc(alias = "InfoResponse")]
pub struct UserInfoResponse {
    /// In the user's own words.
    pub description: Text,
    /// Whether a picture follows.
    pub has_picture: bool,
    /// A picture file, usually PNG or JPEG.
    #[slsk(if_true = has_picture)]
    pub picture: Option<Blob>,
    /// How many uploads can run at the same time.
    pub upload_slots: u32,
    /// How many uploads are queued.
    pub queue_size: u32,
    /// Whether an upload would begin at once.
    pub slots_free: bool,
    /// Who may upload to this user. Not from every client; one to three stray bytes are none.
    #[slsk(optional, lenient)]
    pub upload_permission: Option<UploadPermission>,
}

open_enum! {
    /// Who may send files to a user without being asked.
    pub enum UploadPermission: u32 {
        /// Nobody.
        Nobody = 0,
        /// Everyone.
        Everyone = 1,
        /// The users on his list.
        UserList = 2,
        /// The users whom he has permitted.
        Permitted = 3,
    }
}
