//! From a line with a message to a line with its frame in hex.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use slsk_wire::distributed::DistributedMessage;
use slsk_wire::init::InitMessage;
use slsk_wire::peer::PeerMessage;
use slsk_wire::server::{ServerRequest, ServerResponse};
use slsk_wire::{AnyMessage, Encoder, FamilyId, Unknown};

use super::{bad_json, bytes_of, family_of};
use crate::json::{Hex, Problem, without_line};

/// Encodes lines.
#[derive(Debug, Default)]
pub(super) struct FrameEncoder {
    encoder: Encoder,
}

impl FrameEncoder {
    /// Encodes one line.
    ///
    /// # Errors
    /// What is wrong with the line or the message in it.
    pub(super) fn encode(&mut self, line: &[u8]) -> Result<Answer, Problem> {
        let request: Request<'_> =
            serde_json::from_slice(line).map_err(|error| bad_json(line, &error))?;
        let family = family_of(&request.family)?;
        let message = match request.target(family)? {
            Target::Known(code) => fields_of(family, code, request.fields)?,
            Target::Raw(code) => unknown(family, code, &request)?,
        };
        let mut hex = Vec::new();
        message.encode(&mut self.encoder, &mut hex)?;
        Ok(Answer { hex: Hex(hex) })
    }
}

/// A line of the input. What else `slsk decode` writes is not looked at.
#[derive(Deserialize)]
struct Request<'a> {
    #[serde(borrow)]
    family: Cow<'a, str>,
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
    code: Option<u32>,
    #[serde(borrow)]
    fields: Option<&'a RawValue>,
    #[serde(borrow)]
    payload: Option<Cow<'a, str>>,
}

/// A line of the output.
#[derive(Serialize)]
pub(super) struct Answer {
    hex: Hex<Vec<u8>>,
}

/// What kind of message a line means.
enum Target {
    /// The message with this code, out of its fields.
    Known(u32),
    /// Any payload behind this code.
    Raw(u32),
}

impl Request<'_> {
    /// Finds the message by name or code; where there are both they have to agree.
    fn target(&self, family: FamilyId) -> Result<Target, Problem> {
        let refuse = |message| Err(Problem::new("unknown_message", message));
        match (self.name.as_deref(), self.code) {
            (None, None) => refuse("neither `name` nor `code` is there".to_owned()),
            (Some("Unknown"), None) => refuse("an `Unknown` message needs its `code`".to_owned()),
            (Some("Unknown"), Some(code)) => Ok(Target::Raw(code)),
            (None, Some(code)) => match family.schema().by_code(code) {
                Some(_) => Ok(Target::Known(code)),
                None if self.payload.is_some() => Ok(Target::Raw(code)),
                None => refuse(format!(
                    "no {family} message has the code {code}; give its bytes as `payload`"
                )),
            },
            (Some(name), code) => match (family.schema().by_name(name), code) {
                (None, _) => refuse(format!("no {family} message has the name {name:?}")),
                (Some(schema), Some(code)) if code != schema.code => {
                    refuse(format!("{name} has the code {}, not {code}", schema.code))
                }
                (Some(schema), _) => Ok(Target::Known(schema.code)),
            },
        }
    }
}

/// Reads the fields of a known message.
fn fields_of(
    family: FamilyId,
    code: u32,
    fields: Option<&RawValue>,
) -> Result<AnyMessage, Problem> {
    let fields = fields.map_or("{}", RawValue::get);
    let mut json = serde_json::Deserializer::from_str(fields);
    if let Ok(message) = AnyMessage::deserialize_fields(family, code, &mut json) {
        return Ok(message);
    }
    // Once more, to learn where it fails: keeping track of the place takes time.
    let mut track = serde_path_to_error::Track::new();
    let mut json = serde_json::Deserializer::from_str(fields);
    let tracked = serde_path_to_error::Deserializer::new(&mut json, &mut track);
    AnyMessage::deserialize_fields(family, code, tracked).map_err(|error| {
        let path = match track.path().to_string() {
            root if root == "." => String::new(),
            path => path,
        };
        let name = family.schema().by_code(code).map_or("", |s| s.record.name);
        let place = if path.is_empty() {
            String::new()
        } else {
            format!(" in `{path}`")
        };
        Problem {
            path,
            ..Problem::new(
                "bad_fields",
                format!("{name}: {}{place}", without_line(&error)),
            )
        }
    })
}

/// A message of any bytes.
fn unknown(family: FamilyId, code: u32, request: &Request<'_>) -> Result<AnyMessage, Problem> {
    let Some(payload) = &request.payload else {
        let problem = "an `Unknown` message needs its `payload`";
        return Err(Problem::new("bad_fields", problem));
    };
    let payload = bytes_of("payload", payload)?.into();
    let unknown = Unknown { code, payload };
    Ok(match family {
        FamilyId::ServerRequest => ServerRequest::Unknown(unknown).into(),
        FamilyId::ServerResponse => ServerResponse::Unknown(unknown).into(),
        FamilyId::PeerInit => InitMessage::Unknown(unknown).into(),
        FamilyId::Peer => PeerMessage::Unknown(unknown).into(),
        FamilyId::Distributed => DistributedMessage::Unknown(unknown).into(),
    })
}
