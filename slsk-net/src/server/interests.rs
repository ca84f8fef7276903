//! Interests. The server keeps none, so nobody has any; every question has an answer all the same.

use slsk_wire::server::{
    GlobalRecommendationsResponse, ItemRecommendationsResponse, ItemSimilarUsersResponse,
    MyInterestsResponse, RecommendationsResponse, RelatedSearchesResponse, RelatedTerms,
    ServerRequest, ServerResponse, SimilarRecommendationsResponse, SimilarUsersResponse,
    UserInterestsResponse,
};

/// The answer to a question about interests; `None` to everything else.
pub(super) fn answer(request: ServerRequest) -> Option<ServerResponse> {
    let (items, users, related) = (Vec::new(), Vec::new(), RelatedTerms::default());
    Some(match request {
        ServerRequest::Recommendations(_) => RecommendationsResponse::default().into(),
        ServerRequest::GlobalRecommendations(_) => GlobalRecommendationsResponse::default().into(),
        ServerRequest::SimilarUsers(_) => SimilarUsersResponse::default().into(),
        ServerRequest::MyInterests(_) => MyInterestsResponse::default().into(),
        ServerRequest::UserInterests(asked) => UserInterestsResponse {
            username: asked.username,
            liked: items.clone(),
            hated: items,
        }
        .into(),
        ServerRequest::ItemRecommendations(asked) => ItemRecommendationsResponse {
            item: asked.item,
            recommendations: Vec::new(),
            unrecommendations: None,
        }
        .into(),
        ServerRequest::ItemSimilarUsers(asked) => ItemSimilarUsersResponse {
            item: asked.item,
            users,
        }
        .into(),
        ServerRequest::SimilarRecommendations(asked) => SimilarRecommendationsResponse {
            item: asked.item,
            similar: items,
        }
        .into(),
        ServerRequest::RelatedSearches(asked) => RelatedSearchesResponse {
            query: asked.query,
            terms: related,
        }
        .into(),
        _ => return None,
    })
}
