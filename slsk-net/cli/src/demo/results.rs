//! What the search has found: the table, and the best of it.

use comfy_table::{CellAlignment, ContentArrangement, Table};
use indicatif::HumanBytes;
use slsk_wire::Text;
use slsk_wire::peer::{File, FileSearchResponse};

use crate::render;

/// How many rows the table has at most.
const ROWS: usize = 20;

/// A file that somebody has.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// Who.
    pub(super) user: Text,
    /// What.
    pub(super) file: File,
    slot_free: bool,
}

impl Found {
    /// The files of a response.
    pub(super) fn all(response: &FileSearchResponse) -> Vec<Self> {
        let found = response.results.iter().map(|file| Self {
            user: response.username.clone(),
            file: file.clone(),
            slot_free: response.slot_free,
        });
        found.collect()
    }

    /// The name without folders, safe to print.
    pub(super) fn title(&self) -> String {
        let path = self.file.name.to_str();
        let name = path.rsplit('\\').next().unwrap_or_default();
        render::printable(name)
    }

    fn folder(&self) -> String {
        let path = self.file.name.to_str();
        let folder = path.rsplit_once('\\').map_or("", |(folder, _)| folder);
        render::printable(folder)
    }

    fn length(&self) -> String {
        let seconds = self.file.attributes.duration();
        seconds.map_or_else(String::new, |s| format!("{}:{:02}", s / 60, s % 60))
    }

    fn quality(&self) -> String {
        let attributes = &self.file.attributes;
        match (
            attributes.bit_depth(),
            attributes.sample_rate(),
            attributes.bitrate(),
        ) {
            (Some(bits), Some(rate), _) => format!("{bits} bit {} kHz", f64::from(rate) / 1000.0),
            (_, _, Some(bitrate)) => format!("{bitrate} kbit/s"),
            _ => String::new(),
        }
    }
}

/// A free slot comes first, then lossless audio, then size.
pub(super) fn best(found: &[Found]) -> Option<&Found> {
    let lossless = |f: &Found| f.file.attributes.bit_depth().is_some();
    found
        .iter()
        .max_by_key(|f| (f.slot_free, lossless(f), f.file.size()))
}

/// The first files as a table.
pub(super) fn table(found: &[Found]) -> String {
    let mut table = Table::new();
    table
        .load_style(render::TABLE)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(["User", "File", "Size", "Length", "Quality", "Folder"]);
    for found in found.iter().take(ROWS) {
        table.add_row([
            render::printable(&found.user.to_str()),
            found.title(),
            HumanBytes(found.file.size()).to_string(),
            found.length(),
            found.quality(),
            found.folder(),
        ]);
    }
    for column in [2, 3] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    match found.len().checked_sub(ROWS) {
        None | Some(0) => table.to_string(),
        Some(more) => format!("{table}\nand {more} more"),
    }
}
