//! `slsk search`.

use std::cmp::Reverse;
use std::io::{self, Write};
use std::sync::Arc;

use comfy_table::{CellAlignment, ContentArrangement, Table};
use serde::Serialize;
use slsk_net::Client;
use slsk_net::machine::{
    Rewrite, RoomError, SearchFilter, SearchOptions, SearchRequest, SearchScope, Span,
};
use slsk_wire::Text;
use slsk_wire::peer::{File, FileSearchResponse};

use super::OnlineError;
use super::file::{Facts, length, quality, shown, size};
use crate::args::{Filter, Search};
use crate::json::write_json;
use crate::render::{self, Count};

/// A file that was found, in JSON.
#[derive(Debug, Serialize)]
struct Found<'a> {
    user: &'a Text,
    path: &'a Text,
    #[serde(flatten)]
    facts: Facts,
    /// Whether it is shown but not for us.
    locked: bool,
    /// Whether an upload would begin at once.
    slot_free: bool,
    /// The average upload speed of the user, in bytes a second.
    speed: u32,
    /// How many files wait there.
    queue: u32,
}

/// What a search has found so far. It outlives the session, which may end too early.
#[derive(Debug, Default)]
pub(super) struct Results {
    /// What is for the table.
    kept: Vec<Arc<FileSearchResponse>>,
    files: usize,
    /// How many results came too fast.
    dropped: u64,
}

impl Results {
    /// Takes what is found, until the search ends.
    pub(super) async fn collect(
        &mut self,
        client: &Client,
        args: &Search,
        out: &mut impl Write,
    ) -> Result<(), OnlineError> {
        let Some(room) = &args.room else {
            return self.follow(client, args, out).await;
        };
        let joined = join(client, room).await?;
        let result = self.follow(client, args, out).await;
        if joined && result.is_ok() {
            // The results are there, and logging out leaves it too.
            _ = client.leave_room(room.as_str()).await;
        }
        result
    }

    async fn follow(
        &mut self,
        client: &Client,
        args: &Search,
        out: &mut impl Write,
    ) -> Result<(), OnlineError> {
        let mut search = client.search(request(args));
        loop {
            let next = search.next().await;
            self.dropped = search.dropped();
            let Some(result) = next? else { return Ok(()) };
            self.files += files(&result).count();
            if args.json {
                for (file, locked) in files(&result) {
                    write_json(out, &found(&result, file, locked))?;
                    writeln!(out)?;
                }
                out.flush()?;
            } else {
                self.kept.push(result);
            }
        }
    }

    /// Shows what has not been shown, however the search has ended.
    pub(super) fn finish(
        self,
        ended: Result<(), OnlineError>,
        out: &mut impl Write,
    ) -> Result<(), OnlineError> {
        if self.dropped > 0 {
            let dropped = Count(self.dropped, "result");
            // Where standard error is closed there is nobody to tell.
            let _ = writeln!(
                io::stderr().lock(),
                "slsk: {dropped} came too fast and are missing"
            );
        }
        if !self.kept.is_empty() {
            writeln!(out, "{}", table(self.kept))?;
        }
        match ended {
            Ok(()) if self.files == 0 => Err(OnlineError::Nothing("nothing was found".into())),
            ended => ended,
        }
    }
}

/// Joins a room that there is, as servers may search it only for those who are in it. Joining another one would make it.
/// Returns whether we were not in it.
async fn join(client: &Client, room: &str) -> Result<bool, OnlineError> {
    let rooms = client.rooms().await?;
    if !rooms.iter().any(|entry| entry.room == room) {
        let missing = format!("there is no room {room}");
        return Err(OnlineError::Nothing(missing.into()));
    }
    match client.join_room(room).await {
        Ok(_) => Ok(true),
        Err(RoomError::AlreadyJoined) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn request(args: &Search) -> SearchRequest {
    let scope = match (&args.room, &args.to[..]) {
        (Some(room), _) => SearchScope::Room(room.as_str().into()),
        (None, []) => SearchScope::Network,
        (None, users) => {
            SearchScope::Users(users.iter().map(|user| user.as_str().into()).collect())
        }
    };
    let rewrite = if args.raw { Rewrite::Off } else { Rewrite::On };
    let options = SearchOptions {
        timeout: args.timeout,
        max_files: args.limit,
        max_files_per_user: args.per_user,
        rewrite,
        filter: filter(&args.filter),
        ..SearchOptions::default()
    };
    SearchRequest {
        scope,
        ..SearchRequest::new(args.query.text()).with(options)
    }
}

fn filter(args: &Filter) -> SearchFilter {
    let span = |min, max| Span { min, max };
    SearchFilter {
        kinds: args.kinds.clone(),
        size: Span {
            min: args.min_size,
            max: args.max_size,
        },
        bitrate: span(args.min_bitrate, args.max_bitrate),
        duration: span(args.min_length, args.max_length),
        keep_unknown: args.keep_unknown,
        free_slot: args.free_slot,
        without_locked: args.no_locked,
        exclude: args.exclude.clone(),
    }
}

/// All files of a result, and whether they are locked.
fn files(result: &FileSearchResponse) -> impl Iterator<Item = (&File, bool)> {
    let free = result.results.iter().map(|file| (file, false));
    let locked = result.locked_results.iter().flatten();
    free.chain(locked.map(|file| (file, true)))
}

fn found<'a>(result: &'a FileSearchResponse, file: &'a File, locked: bool) -> Found<'a> {
    Found {
        user: &result.username,
        path: &file.name,
        facts: Facts::new(file),
        locked,
        slot_free: result.slot_free,
        speed: result.average_speed,
        queue: result.queue_length,
    }
}

/// All files, those first that come at once and fast.
fn table(mut results: Vec<Arc<FileSearchResponse>>) -> Table {
    results.sort_by_key(|result| {
        let slot = (!result.slot_free, result.queue_length);
        (slot, Reverse(result.average_speed), result.username.clone())
    });
    let mut table = Table::new();
    table
        .load_style(render::TABLE)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(["User", "Slot", "Size", "Length", "Quality", "File"]);
    for result in &results {
        let slot = match (result.slot_free, result.queue_length) {
            (true, _) => "free".to_owned(),
            (false, queue) => format!("{queue} wait"),
        };
        for (file, locked) in files(result) {
            let slot = if locked { "locked" } else { &slot };
            table.add_row([
                shown(&result.username),
                slot.to_owned(),
                size(file),
                length(&file.attributes),
                quality(&file.attributes),
                shown(&file.name),
            ]);
        }
    }
    for column in [2, 3] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}
