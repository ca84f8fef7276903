//! Messages between peers, on connections of type P.

mod search;
mod shares;
mod transfer;
mod user;

pub use search::*;
pub use shares::*;
pub use transfer::*;
pub use user::*;

use slsk_derive::Family;

use crate::family::Unknown;

/// Between two peers, in either direction.
#[derive(Clone, Debug, PartialEq, Family)]
#[slsk(id = Peer, code = u32, named = NAMED_CODES)]
#[expect(missing_docs, reason = "each variant holds the message of its name")]
pub enum PeerMessage {
    SharesRequest(SharesRequest),
    SharesResponse(SharesResponse),
    FileSearchRequest(FileSearchRequest),
    FileSearchResponse(FileSearchResponse),
    UserInfoRequest(UserInfoRequest),
    UserInfoResponse(UserInfoResponse),
    FolderContentsRequest(FolderContentsRequest),
    FolderContentsResponse(FolderContentsResponse),
    TransferRequest(TransferRequest),
    TransferResponse(TransferResponse),
    UploadPlaceholder(UploadPlaceholder),
    QueueUpload(QueueUpload),
    PlaceInQueueResponse(PlaceInQueueResponse),
    UploadFailed(UploadFailed),
    UploadDenied(UploadDenied),
    PlaceInQueueRequest(PlaceInQueueRequest),
    UploadQueueNotification(UploadQueueNotification),
    #[slsk(unknown)]
    Unknown(Unknown),
}

named_codes! {
    PeerMessage as NAMED_CODES {
        /// A private message without the server.
        PRIVATE_MESSAGE = 1, "PrivateMessage", Obsolete;
        /// An invitation to a room.
        PRIVATE_ROOM_INVITATION = 10, "PrivateRoomInvitation", Obsolete;
        /// A queued transfer is cancelled.
        CANCELLED_QUEUED_TRANSFER = 14, "CancelledQueuedTransfer", Obsolete;
        /// Like [`SendConnectToken`](crate::server::SendConnectToken), without the server.
        SEND_CONNECT_TOKEN = 33, "SendConnectToken", Obsolete;
        /// Puts a download first.
        MOVE_DOWNLOAD_TO_TOP = 34, "MoveDownloadToTop", Obsolete;
        /// Like [`ExactFileSearch`](crate::server::ExactFileSearch), without the server.
        EXACT_FILE_SEARCH_REQUEST = 47, "ExactFileSearchRequest", Obsolete;
        /// How many downloads are queued.
        QUEUED_DOWNLOADS = 48, "QueuedDownloads", Obsolete;
        /// A search by way of a peer.
        INDIRECT_FILE_SEARCH_REQUEST = 49, "IndirectFileSearchRequest", Obsolete;
        /// Nicotine+ has seen it and ignores it. Perhaps a [`DistributedSearch`](crate::distributed::DistributedSearch) on the
        /// wrong connection, whose first bytes read as this code.
        UNKNOWN_12547 = 12547, "UnknownPeerMessage", Unverified;
    }
}
