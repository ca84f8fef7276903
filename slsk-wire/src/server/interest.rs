//! What users like and hate, and what the server makes of it.

use slsk_derive::Wire;

use crate::types::Text;

/// Adds something that we like. The server keeps 30 of up to 64 characters, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 51, guide = "users")]
#[doc(alias = "AddThingILike")]
#[doc(alias = "InterestAdd")]
pub struct AddInterest {
    /// What we like.
    pub item: Text,
}

/// Removes something that we liked.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 52, guide = "users")]
#[doc(alias = "RemoveThingILike")]
#[doc(alias = "InterestRemove")]
pub struct RemoveInterest {
    /// What we liked.
    pub item: Text,
}

/// Adds something that we hate.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 117, guide = "users")]
#[doc(alias = "AddThingIHate")]
#[doc(alias = "HatedInterestAdd")]
pub struct AddHatedInterest {
    /// What we hate.
    pub item: Text,
}

/// Removes something that we hated.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 118, guide = "users")]
#[doc(alias = "RemoveThingIHate")]
#[doc(alias = "HatedInterestRemove")]
pub struct RemoveHatedInterest {
    /// What we hated.
    pub item: Text,
}

/// Something that we may like, or not.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
pub struct Recommendation {
    /// What it is.
    pub item: Text,
    /// How much; below 0 we may hate it.
    pub score: i32,
}

/// Asks what we may like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 54, guide = "users")]
#[doc(alias = "GetRecommendations")]
#[doc(alias = "Recommendations")]
pub struct RecommendationsRequest;

/// What we may like. Sort by the sign of the score, not by the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 54, guide = "users")]
#[doc(alias = "GetRecommendations")]
#[doc(alias = "Recommendations")]
pub struct RecommendationsResponse {
    /// Up to 100 items.
    pub recommendations: Vec<Recommendation>,
    /// What we may hate.
    pub unrecommendations: Vec<Recommendation>,
}

/// Asks what everybody likes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 56, guide = "users")]
#[doc(alias = "GetGlobalRecommendations")]
#[doc(alias = "GlobalRecommendations")]
pub struct GlobalRecommendationsRequest;

/// What everybody likes. Sort by the sign of the score, not by the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 56, guide = "users")]
#[doc(alias = "GetGlobalRecommendations")]
#[doc(alias = "GlobalRecommendations")]
pub struct GlobalRecommendationsResponse {
    /// Up to 200 items.
    pub recommendations: Vec<Recommendation>,
    /// What everybody hates.
    pub unrecommendations: Vec<Recommendation>,
}

/// Asks what a user likes and hates.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 57, guide = "users")]
#[doc(alias = "GetUserInterests")]
#[doc(alias = "UserInterests")]
pub struct UserInterestsRequest {
    /// The user.
    pub username: Text,
}

/// What a user likes and hates.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 57, guide = "users")]
#[doc(alias = "GetUserInterests")]
#[doc(alias = "UserInterests")]
pub struct UserInterestsResponse {
    /// The user.
    pub username: Text,
    /// What he likes.
    pub liked: Vec<Text>,
    /// What he hates.
    pub hated: Vec<Text>,
}

/// Asks for users who like what we like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 110, guide = "users")]
#[doc(alias = "GetSimilarUsers")]
#[doc(alias = "SimilarUsers")]
pub struct SimilarUsersRequest;

/// Users who like what we like.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 110, guide = "users")]
#[doc(alias = "GetSimilarUsers")]
#[doc(alias = "SimilarUsers")]
pub struct SimilarUsersResponse {
    /// The users.
    pub users: Vec<SimilarUser>,
}

/// A user who likes what we like.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
pub struct SimilarUser {
    /// The user.
    pub username: Text,
    /// How many interests are the same.
    pub rating: u32,
}

/// Asks what goes with something.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 111, guide = "users")]
#[doc(alias = "GetItemRecommendations")]
#[doc(alias = "ItemRecommendations")]
pub struct ItemRecommendationsRequest {
    /// What it should go with.
    pub item: Text,
}

/// What goes with something.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 111, guide = "users")]
#[doc(alias = "GetItemRecommendations")]
#[doc(alias = "ItemRecommendations")]
pub struct ItemRecommendationsResponse {
    /// What it goes with.
    pub item: Text,
    /// What goes with it.
    pub recommendations: Vec<Recommendation>,
    /// What does not. Absent from every server seen so far.
    #[slsk(optional)]
    pub unrecommendations: Option<Vec<Recommendation>>,
}

/// Asks who likes something.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 112, guide = "users")]
#[doc(alias = "GetItemSimilarUsers")]
#[doc(alias = "ItemSimilarUsers")]
pub struct ItemSimilarUsersRequest {
    /// What they should like.
    pub item: Text,
}

/// Who likes something.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 112, guide = "users")]
#[doc(alias = "GetItemSimilarUsers")]
#[doc(alias = "ItemSimilarUsers")]
pub struct ItemSimilarUsersResponse {
    /// What they like.
    pub item: Text,
    /// The users.
    pub users: Vec<Text>,
}
