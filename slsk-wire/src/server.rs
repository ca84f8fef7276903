//! Messages between a client and its server.

mod chat;
mod connect;
mod distributed;
mod interest;
mod legacy;
mod private_room;
mod privilege;
mod related;
mod room;
mod search;
mod session;
mod ticker;
mod user;

pub use chat::*;
pub use connect::*;
pub use distributed::*;
pub use interest::*;
pub use legacy::*;
pub use private_room::*;
pub use privilege::*;
pub use related::*;
pub use room::*;
pub use search::*;
pub use session::*;
pub use ticker::*;
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
    UnwatchUser(UnwatchUser),
    GetUserStatus(GetUserStatusRequest),
    IgnoreUser(IgnoreUser),
    UnignoreUser(UnignoreUser),
    SayInRoom(SayInRoom),
    JoinRoom(JoinRoomRequest),
    LeaveRoom(LeaveRoom),
    ConnectToPeer(ConnectToPeer),
    PrivateMessage(PrivateMessage),
    AcknowledgePrivateMessage(AcknowledgePrivateMessage),
    FileSearchRoom(FileSearchRoom),
    FileSearch(FileSearch),
    SetStatus(SetStatus),
    Ping(PingRequest),
    SendConnectToken(SendConnectToken),
    SendDownloadSpeed(SendDownloadSpeed),
    SharedFoldersFiles(SharedFoldersFiles),
    GetUserStats(GetUserStatsRequest),
    UploadSlotsFull(UploadSlotsFull),
    UserSearch(UserSearch),
    SimilarRecommendations(SimilarRecommendationsRequest),
    AddInterest(AddInterest),
    RemoveInterest(RemoveInterest),
    Recommendations(RecommendationsRequest),
    MyInterests(MyInterestsRequest),
    GlobalRecommendations(GlobalRecommendationsRequest),
    UserInterests(UserInterestsRequest),
    AdminCommand(AdminCommand),
    PlaceInLineRequest(PlaceInLineRequest),
    PlaceInLineResponse(PlaceInLineResponse),
    RoomList(RoomListRequest),
    ExactFileSearch(ExactFileSearch),
    UserList(UserListRequest),
    TunneledMessage(TunneledMessage),
    PrivilegedUsers(PrivilegedUsersRequest),
    HaveNoParent(HaveNoParent),
    ParentIp(ParentIp),
    Unknown80(Unknown80),
    CheckPrivileges(CheckPrivilegesRequest),
    AcceptChildren(AcceptChildren),
    WishlistSearch(WishlistSearch),
    SimilarUsers(SimilarUsersRequest),
    ItemRecommendations(ItemRecommendationsRequest),
    ItemSimilarUsers(ItemSimilarUsersRequest),
    SetRoomTicker(SetRoomTicker),
    AddHatedInterest(AddHatedInterest),
    RemoveHatedInterest(RemoveHatedInterest),
    RoomSearch(RoomSearch),
    SendUploadSpeed(SendUploadSpeed),
    UserPrivileges(UserPrivilegesRequest),
    GivePrivileges(GivePrivileges),
    NotifyPrivileges(NotifyPrivileges),
    AcknowledgeNotifyPrivileges(AcknowledgeNotifyPrivileges),
    BranchLevel(BranchLevel),
    BranchRoot(BranchRoot),
    ChildDepth(ChildDepth),
    AddRoomMember(AddRoomMember),
    RemoveRoomMember(RemoveRoomMember),
    CancelRoomMembership(CancelRoomMembership),
    CancelRoomOwnership(CancelRoomOwnership),
    PrivateRoomUnknown(PrivateRoomUnknown),
    EnableRoomInvitations(EnableRoomInvitations),
    ChangePassword(ChangePassword),
    AddRoomOperator(AddRoomOperator),
    RemoveRoomOperator(RemoveRoomOperator),
    CancelRoomOperatorship(CancelRoomOperatorship),
    MessageUsers(MessageUsers),
    JoinGlobalRoom(JoinGlobalRoom),
    LeaveGlobalRoom(LeaveGlobalRoom),
    RelatedSearches(RelatedSearchesRequest),
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
    IgnoreUser(IgnoreUser),
    UnignoreUser(UnignoreUser),
    RoomMessage(RoomMessage),
    JoinRoom(JoinRoomResponse),
    LeaveRoom(LeaveRoom),
    UserJoinedRoom(UserJoinedRoom),
    UserLeftRoom(UserLeftRoom),
    ConnectToPeer(IncomingConnectToPeer),
    PrivateMessage(IncomingPrivateMessage),
    FileSearch(IncomingFileSearch),
    Ping(PingResponse),
    SendConnectToken(SendConnectToken),
    GetUserStats(GetUserStatsResponse),
    UploadSlotsFull(IncomingUploadSlotsFull),
    Relogged(Relogged),
    SimilarRecommendations(SimilarRecommendationsResponse),
    Recommendations(RecommendationsResponse),
    MyInterests(MyInterestsResponse),
    GlobalRecommendations(GlobalRecommendationsResponse),
    UserInterests(UserInterestsResponse),
    PlaceInLineRequest(PlaceInLineRequest),
    PlaceInLineResponse(PlaceInLineResponse),
    RoomAdded(RoomAdded),
    RoomRemoved(RoomRemoved),
    RoomList(RoomListResponse),
    ExactFileSearch(IncomingExactFileSearch),
    AdminMessage(AdminMessage),
    UserList(UserListResponse),
    TunneledMessage(IncomingTunneledMessage),
    PrivilegedUsers(PrivilegedUsers),
    ParentMinSpeed(ParentMinSpeed),
    ParentSpeedRatio(ParentSpeedRatio),
    ParentInactivityTimeout(ParentInactivityTimeout),
    SearchInactivityTimeout(SearchInactivityTimeout),
    MinParentsInCache(MinParentsInCache),
    DistributeInterval(DistributeInterval),
    DistributedAliveInterval(DistributedAliveInterval),
    AddPrivilegedUser(AddPrivilegedUser),
    CheckPrivileges(CheckPrivilegesResponse),
    EmbeddedMessage(EmbeddedMessage),
    PossibleParents(PossibleParents),
    WishlistInterval(WishlistInterval),
    SimilarUsers(SimilarUsersResponse),
    ItemRecommendations(ItemRecommendationsResponse),
    ItemSimilarUsers(ItemSimilarUsersResponse),
    RoomTickers(RoomTickers),
    RoomTickerAdded(RoomTickerAdded),
    RoomTickerRemoved(RoomTickerRemoved),
    UserPrivileges(UserPrivilegesResponse),
    NotifyPrivileges(NotifyPrivileges),
    AcknowledgeNotifyPrivileges(AcknowledgeNotifyPrivileges),
    ResetDistributed(ResetDistributed),
    RoomMembers(RoomMembers),
    AddRoomMember(AddRoomMember),
    RemoveRoomMember(RemoveRoomMember),
    PrivateRoomUnknown(PrivateRoomUnknown),
    RoomMembershipGranted(RoomMembershipGranted),
    RoomMembershipRevoked(RoomMembershipRevoked),
    EnableRoomInvitations(EnableRoomInvitations),
    ChangePassword(ChangePassword),
    AddRoomOperator(AddRoomOperator),
    RemoveRoomOperator(RemoveRoomOperator),
    RoomOperatorshipGranted(RoomOperatorshipGranted),
    RoomOperatorshipRevoked(RoomOperatorshipRevoked),
    RoomOperators(RoomOperators),
    GlobalRoomMessage(GlobalRoomMessage),
    RelatedSearches(RelatedSearchesResponse),
    ExcludedSearchPhrases(ExcludedSearchPhrases),
    CantConnectToPeer(IncomingCantConnectToPeer),
    CantCreateRoom(CantCreateRoom),
    CantJoinRoom(CantJoinRoom),
    #[slsk(unknown)]
    Unknown(Unknown),
}
