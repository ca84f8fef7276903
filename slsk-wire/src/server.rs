//! Messages between a client and its server.

mod connect;
mod distributed;
mod privilege;
mod room;
mod search;
mod session;
mod user;

pub use connect::*;
pub use distributed::*;
pub use privilege::*;
pub use room::*;
pub use search::*;
pub use session::*;
pub use user::*;

use slsk_derive::Family;

use crate::family::Unknown;

/// From a client to its server.
#[derive(Clone, Debug, PartialEq, Family)]
#[slsk(id = ServerRequest, code = u32)]
#[expect(missing_docs, reason = "each variant holds the message of its name")]
pub enum ServerRequest {
    Login(LoginRequest),
    SetListenPort(SetListenPort),
    GetPeerAddress(GetPeerAddressRequest),
    WatchUser(WatchUserRequest),
    GetUserStatus(GetUserStatusRequest),
    ConnectToPeer(ConnectToPeer),
    FileSearch(FileSearch),
    SetStatus(SetStatus),
    Ping(Ping),
    SharedFoldersFiles(SharedFoldersFiles),
    RoomList(RoomListRequest),
    HaveNoParent(HaveNoParent),
    AcceptChildren(AcceptChildren),
    BranchLevel(BranchLevel),
    BranchRoot(BranchRoot),
    CantConnectToPeer(CantConnectToPeer),
    #[slsk(unknown)]
    Unknown(Unknown),
}

/// From a server to its client.
#[derive(Clone, Debug, PartialEq, Family)]
#[slsk(id = ServerResponse, code = u32)]
#[expect(missing_docs, reason = "each variant holds the message of its name")]
pub enum ServerResponse {
    Login(LoginResponse),
    GetPeerAddress(GetPeerAddressResponse),
    WatchUser(WatchUserResponse),
    GetUserStatus(GetUserStatusResponse),
    ConnectToPeer(IncomingConnectToPeer),
    FileSearch(IncomingFileSearch),
    Ping(Ping),
    Relogged(Relogged),
    RoomList(RoomListResponse),
    PrivilegedUsers(PrivilegedUsers),
    ParentMinSpeed(ParentMinSpeed),
    ParentSpeedRatio(ParentSpeedRatio),
    EmbeddedMessage(EmbeddedMessage),
    PossibleParents(PossibleParents),
    WishlistInterval(WishlistInterval),
    ExcludedSearchPhrases(ExcludedSearchPhrases),
    CantConnectToPeer(IncomingCantConnectToPeer),
    #[slsk(unknown)]
    Unknown(Unknown),
}
