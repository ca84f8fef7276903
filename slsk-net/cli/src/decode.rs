//! `slsk decode FILE`: shows what a capture says.

use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use slsk_wire::schema::MessageSchema;
use slsk_wire::{AnyMessage, DecodeError, Decoded, Decoder, FamilyId, Frame, Strictness};

use crate::capture::{self, Capture, CaptureError};
use crate::json::write_json;
use crate::limits;
use crate::render::{json, line, tree};
use crate::session::{Dialogue, Event, Session, What};
use crate::summary::Summary;

/// How to show a capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A line for each message.
    Lines,
    /// A tree for each message.
    Trees,
    /// A JSON object for each message.
    Json,
}

/// Why a capture could not be shown, or not all of it.
#[derive(Debug, thiserror::Error)]
pub enum DecodeFileError {
    /// The file is not what it should be.
    #[error(transparent)]
    Capture(#[from] CaptureError),
    /// There is no TCP.
    #[error("no TCP connection in this capture; capture while the client is running")]
    NoConnections,
    /// There is TCP, but something else is in it.
    #[error(
        "nothing in this capture is Soulseek; capture the beginning of the connections, on all ports"
    )]
    NotSoulseek,
    /// The output fails; a reader that has left is of this kind too.
    #[error("cannot be shown: {0}; free space or write elsewhere")]
    Write(#[from] io::Error),
}

/// Shows the capture at `path`.
///
/// # Errors
/// When the file can't be read to its end, or holds no Soulseek. What could be read has been shown then.
pub(crate) fn run(
    path: &Path,
    style: Style,
    strictness: Strictness,
    output: impl Write,
) -> Result<(), DecodeFileError> {
    show_capture(capture::read(path)?, style, strictness, output)
}

/// Shows the capture whose file is in memory, as `slsk decode FILE` does.
///
/// # Errors
/// When the file is damaged or holds no Soulseek. What could be read has been shown then.
pub fn decode_capture(
    file: impl Into<Bytes>,
    style: Style,
    output: impl Write,
) -> Result<(), DecodeFileError> {
    let capture = capture::read_bytes(file)?;
    show_capture(capture, style, Strictness::Lenient, output)
}

fn show_capture(
    capture: Capture,
    style: Style,
    strictness: Strictness,
    output: impl Write,
) -> Result<(), DecodeFileError> {
    let session = Session::new(&capture);
    match capture.damage {
        None if capture.connections.is_empty() => Err(DecodeFileError::NoConnections),
        None if !session.is_soulseek() => Err(DecodeFileError::NotSoulseek),
        Some(damage) if !session.is_soulseek() => Err(damage.into()),
        damage => {
            show(&session, style, strictness, output)?;
            damage.map_or(Ok(()), |damage| Err(damage.into()))
        }
    }
}

/// Writes every event, and how much it was.
fn show(
    session: &Session,
    style: Style,
    strictness: Strictness,
    output: impl Write,
) -> io::Result<()> {
    let mut printer = Printer {
        style,
        start: session.events.first().map_or(Duration::ZERO, |e| e.time),
        decoder: limits::decoder().with_strictness(strictness),
        summary: Summary::new(session),
        output: BufWriter::with_capacity(1 << 16, output),
    };
    for event in &session.events {
        if let Some(dialogue) = session.connections.get(event.connection) {
            printer.event(event, dialogue)?;
        }
    }
    if style != Style::Json {
        writeln!(printer.output, "{}", printer.summary)?;
    }
    printer.output.flush()
}

struct Printer<W: Write> {
    style: Style,
    start: Duration,
    decoder: Decoder,
    summary: Summary,
    output: BufWriter<W>,
}

/// A frame that is being shown.
struct Framed<'a> {
    family: FamilyId,
    frame: &'a Frame,
    obfuscated: bool,
}

impl<W: Write> Printer<W> {
    fn event(&mut self, event: &Event, dialogue: &Dialogue) -> io::Result<()> {
        let What::Frame {
            family,
            frame,
            obfuscated,
        } = &event.what
        else {
            return self.other(event, dialogue);
        };
        let framed = Framed {
            family: *family,
            frame,
            obfuscated: *obfuscated,
        };
        match AnyMessage::decode(&mut self.decoder, *family, frame) {
            Ok(decoded) => {
                self.summary.message(&decoded);
                self.message(event, dialogue, &framed, &decoded)
            }
            Err(error) => {
                self.summary.undecodable(frame);
                self.undecodable(event, dialogue, &framed, error)
            }
        }
    }

    fn message(
        &mut self,
        event: &Event,
        dialogue: &Dialogue,
        framed: &Framed<'_>,
        decoded: &Decoded<AnyMessage>,
    ) -> io::Result<()> {
        let Framed {
            frame, obfuscated, ..
        } = *framed;
        match self.style {
            Style::Json => self.row(&json::Row::message(
                event, dialogue, frame, obfuscated, decoded,
            )),
            Style::Lines => {
                let text = line::message(decoded, obfuscated);
                self.line(event, dialogue, &text)
            }
            Style::Trees => {
                let title = line::title(&decoded.message, obfuscated);
                self.line(event, dialogue, &title)?;
                tree::message(frame, decoded, &mut self.output)
            }
        }
    }

    fn undecodable(
        &mut self,
        event: &Event,
        dialogue: &Dialogue,
        framed: &Framed<'_>,
        error: DecodeError,
    ) -> io::Result<()> {
        let Framed {
            family,
            frame,
            obfuscated,
        } = *framed;
        if self.style == Style::Json {
            let row = json::Row::undecodable(event, dialogue, (family, frame), obfuscated, error);
            return self.row(&row);
        }
        let text = line::undecodable(&error, family, frame.code);
        self.line(event, dialogue, &text)?;
        if self.style == Style::Trees {
            let schema: Option<&'static MessageSchema> = family.schema().by_code(frame.code);
            tree::undecodable(schema, frame, &error, &mut self.output)?;
        }
        Ok(())
    }

    fn other(&mut self, event: &Event, dialogue: &Dialogue) -> io::Result<()> {
        self.summary.other(&event.what);
        if self.style == Style::Json {
            return match json::Row::other(event, dialogue) {
                Some(row) => self.row(&row),
                None => Ok(()),
            };
        }
        match line::other(&event.what) {
            Some(text) => self.line(event, dialogue, &text),
            None => Ok(()),
        }
    }

    fn row(&mut self, row: &json::Row<'_>) -> io::Result<()> {
        write_json(&mut self.output, row)?;
        self.output.write_all(b"\n")
    }

    fn line(&mut self, event: &Event, dialogue: &Dialogue, text: &str) -> io::Result<()> {
        let head = line::Head {
            event,
            dialogue,
            start: self.start,
            addresses: self.style == Style::Trees,
        };
        writeln!(self.output, "{head}  {text}")
    }
}
