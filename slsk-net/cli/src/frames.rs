//! `slsk decode --frames` and `slsk encode --frames`: JSON lines in, JSON lines out, one for each.

mod decode;
mod encode;
mod lines;
#[cfg(test)]
mod tests;

use std::io::{self, BufWriter, Read, Write};

use serde::Serialize;
use slsk_wire::Strictness;

use crate::json::{Problem, unhex, without_line, write_json};
use lines::{Line, Lines};

/// Why a filter stopped before the end of its input.
#[derive(Debug, thiserror::Error)]
pub enum FilterError {
    /// The input fails.
    #[error("standard input: cannot be read: {0}; pipe JSON lines into it")]
    Read(io::Error),
    /// The output fails; a reader that has left is of this kind too.
    #[error("standard output: cannot be written: {0}; free space or write elsewhere")]
    Write(io::Error),
}

/// Decodes `{"family", "hex"}` lines.
///
/// # Errors
/// When input or output fails; a line that can't be decoded becomes a line with an error.
pub fn decode(input: impl Read, output: impl Write) -> Result<(), FilterError> {
    decode_with(Strictness::Lenient, input, output)
}

/// As [`decode`], as lenient or strict as this.
///
/// # Errors
/// As [`decode`].
pub(crate) fn decode_with(
    strictness: Strictness,
    input: impl Read,
    output: impl Write,
) -> Result<(), FilterError> {
    let mut decoder = decode::FrameDecoder::new(strictness);
    filter(input, output, |line| decoder.decode(line))
}

/// Encodes `{"family", "name" or "code", "fields"}` lines.
///
/// # Errors
/// When input or output fails; a line that can't be encoded becomes a line with an error.
pub fn encode(input: impl Read, output: impl Write) -> Result<(), FilterError> {
    let mut encoder = encode::FrameEncoder::default();
    filter(input, output, |line| encoder.encode(line))
}

/// What stands for a line that is wrong.
#[derive(Serialize)]
struct Refusal {
    error: Problem,
}

/// Answers every line of `input` with one line of `output`.
///
/// An answer is held back only while more whole lines are waiting, so that a program can write a line and
/// read its answer before it writes the next.
fn filter<T: Serialize>(
    input: impl Read,
    output: impl Write,
    mut answer: impl FnMut(&[u8]) -> Result<T, Problem>,
) -> Result<(), FilterError> {
    let mut lines = Lines::new(input);
    let mut output = BufWriter::with_capacity(1 << 16, output);
    let mut line = Vec::new();
    for number in 1_u64.. {
        if !lines.has_whole_line() {
            output.flush().map_err(FilterError::Write)?;
        }
        let answered = match lines.next(&mut line).map_err(FilterError::Read)? {
            Line::Whole => answer(&line),
            Line::TooLong => Err(Problem::new(
                "line_too_long",
                format!("the line is longer than {} bytes", lines::LONGEST),
            )),
            Line::End => break,
        };
        write_line(&mut output, number, answered).map_err(FilterError::Write)?;
    }
    output.flush().map_err(FilterError::Write)
}

fn write_line<T: Serialize>(
    output: &mut impl Write,
    number: u64,
    answered: Result<T, Problem>,
) -> io::Result<()> {
    match answered {
        Ok(answer) => write_json(output, &answer)?,
        Err(mut error) => {
            error.message = format!("line {number}: {}", error.message);
            write_json(output, &Refusal { error })?;
        }
    }
    output.write_all(b"\n")
}

/// A line that is not the JSON object it should be.
fn bad_json(line: &[u8], error: &serde_json::Error) -> Problem {
    if line.trim_ascii().is_empty() {
        return Problem::new("bad_json", "the line is empty");
    }
    let column = error.column();
    let problem = without_line(error);
    Problem::new("bad_json", format!("{problem} (column {column})"))
}

/// Hex digits as bytes.
fn bytes_of(key: &str, digits: &str) -> Result<Vec<u8>, Problem> {
    unhex(digits).map_err(|error| Problem::new("bad_hex", format!("`{key}` is no hex: {error}")))
}

/// A family by its name.
fn family_of(name: &str) -> Result<slsk_wire::FamilyId, Problem> {
    name.parse().map_err(|error: slsk_wire::UnknownFamily| {
        Problem::new("unknown_family", error.to_string())
    })
}
