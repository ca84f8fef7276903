//! Counts the messages that cross the sockets, by family and name.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use comfy_table::{CellAlignment, Table};
use slsk_net::{Tap, Tapped};
use slsk_wire::FamilyId;

/// How often each message has been seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally(Arc<Mutex<BTreeMap<(&'static str, &'static str), u64>>>);

impl Tally {
    /// Counts everything: for the server.
    pub(super) fn tap_all(&self) -> Tap {
        let tally = self.clone();
        Tap::new(move |tapped| tally.count(tapped))
    }

    /// Counts what goes between peers: for a client, whose messages with the server are counted there.
    pub(super) fn tap_peers(&self) -> Tap {
        let tally = self.clone();
        Tap::new(move |tapped| {
            let family = tapped.packet.family();
            if !matches!(
                family,
                Some(FamilyId::ServerRequest | FamilyId::ServerResponse)
            ) {
                tally.count(tapped);
            }
        })
    }

    fn count(&self, tapped: &Tapped<'_>) {
        let family = tapped.packet.family().map_or("file", FamilyId::name);
        let key = (family, tapped.packet.name());
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(key).or_default() += 1;
    }

    /// The counts, sorted by family and name.
    pub(super) fn table(&self) -> String {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut table = Table::new();
        table
            .load_style(crate::render::TABLE)
            .set_header(["Family", "Message", "Count"]);
        for ((family, name), count) in counts.iter() {
            table.add_row([family, name, count.to_string().as_str()]);
        }
        if let Some(column) = table.column_mut(2) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table.to_string()
    }
}
