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
#[slsk(id = Peer, code = u32)]
#[expect(missing_docs, reason = "each variant holds the message of its name")]
pub enum PeerMessage {
    SharesRequest(SharesRequest),
    SharesResponse(SharesResponse),
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
