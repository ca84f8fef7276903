//! Related searches, whose answer has two forms.

use slsk_derive::Wire;

use crate::error::{EncodeError, EncodeErrorKind};
use crate::input::{Input, Parsed};
use crate::schema::Shape;
use crate::types::Text;
use crate::wire::Wire;

/// Asks what else people search for. `SoulseekQt` sends it with every search.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 153, guide = "searching", status = Obsolete)]
#[doc(alias = "GetRelatedSearches")]
#[doc(alias = "RelatedSearch")]
pub struct RelatedSearchesRequest {
    /// What is searched for.
    pub query: Text,
}

/// What else people search for.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 153, guide = "searching", status = Obsolete)]
#[doc(alias = "GetRelatedSearches")]
#[doc(alias = "RelatedSearch")]
pub struct RelatedSearchesResponse {
    /// What is searched for.
    pub query: Text,
    /// Always empty since 2018.
    pub terms: RelatedTerms,
}

/// What else people search for, and how well it fits.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
pub struct RelatedTerm {
    /// The words.
    pub term: Text,
    /// How well they fit.
    pub score: u32,
}

/// Terms with a score, as Nicotine+ and soulfind have them, or without, as aioslsk has them.
///
/// What can be read in both ways has scores.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(
        untagged,
        expecting = "a list of terms, all with a score or all without"
    )
)]
pub enum RelatedTerms {
    /// With scores.
    Scored(Vec<RelatedTerm>),
    /// Words alone.
    Plain(Vec<Text>),
}

impl Default for RelatedTerms {
    fn default() -> Self {
        Self::Scored(Vec::new())
    }
}

impl Wire for RelatedTerms {
    const MIN_LEN: usize = 4;
    const SHAPE: Shape = Shape::Either(&Vec::<RelatedTerm>::SHAPE, &Vec::<Text>::SHAPE);
    const GREEDY: bool = true;

    fn parse(input: Input<'_>) -> Parsed<'_, Self> {
        let bytes = input.rest();
        if fits(bytes, 0) && !fits(bytes, u32::MIN_LEN) {
            let (rest, plain) = Vec::parse(input)?;
            return Ok((rest, Self::Plain(plain)));
        }
        let (rest, scored) = Vec::parse(input)?;
        Ok((rest, Self::Scored(scored)))
    }

    fn encoded_len(&self) -> usize {
        match self {
            Self::Scored(terms) => terms.encoded_len(),
            Self::Plain(terms) => terms.encoded_len(),
        }
    }

    fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        match self {
            Self::Scored(terms) => terms.encode(out),
            Self::Plain(terms) => {
                let start = out.len();
                terms.encode(out)?;
                if fits(&out[start..], u32::MIN_LEN) {
                    return Err(EncodeErrorKind::Contradiction.into());
                }
                Ok(())
            }
        }
    }
}

/// Whether a list of texts, each with so many bytes behind it, takes exactly these bytes.
fn fits(bytes: &[u8], behind: usize) -> bool {
    let number = |bytes: &[u8]| {
        bytes
            .first_chunk()
            .map(|bytes| u32::from_le_bytes(*bytes) as usize)
    };
    let Some(count) = number(bytes) else {
        return false;
    };
    let mut rest = &bytes[u32::MIN_LEN..];
    for _ in 0..count {
        let element = number(rest).map(|length| length.saturating_add(Text::MIN_LEN + behind));
        match element.and_then(|length| rest.get(length..)) {
            Some(next) => rest = next,
            None => return false,
        }
    }
    rest.is_empty()
}

#[cfg(any(feature = "arbitrary", feature = "proptest"))]
impl RelatedTerms {
    /// A sample, with scores where it could not be encoded otherwise.
    fn sample(scored: Vec<RelatedTerm>, plain: Option<Vec<Text>>) -> Self {
        match plain.map(Self::Plain) {
            Some(plain) if plain.encode(&mut Vec::new()).is_ok() => plain,
            _ => Self::Scored(scored),
        }
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for RelatedTerms {
    fn arbitrary(source: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        Ok(Self::sample(source.arbitrary()?, source.arbitrary()?))
    }
}

#[cfg(feature = "proptest")]
impl crate::Sample for RelatedTerms {
    fn strategy() -> proptest::strategy::BoxedStrategy<Self> {
        use proptest::strategy::Strategy;
        let plain = proptest::option::of(Vec::<Text>::strategy());
        (Vec::<RelatedTerm>::strategy(), plain)
            .prop_map(|(scored, plain)| Self::sample(scored, plain))
            .boxed()
    }
}
