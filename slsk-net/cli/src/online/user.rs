//! `slsk user`.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use indicatif::HumanBytes;
use serde::Serialize;
use slsk_net::Client;
use slsk_net::machine::UserInfo;
use slsk_wire::Text;
use slsk_wire::peer::{UploadPermission, UserInfoResponse};
use slsk_wire::server::Status;

use super::OnlineError;
use super::file::shown;
use super::watch::status_name;
use crate::args::User;
use crate::json::write_json;

/// A user, in JSON.
#[derive(Debug, Serialize)]
struct Known<'a> {
    user: &'a Text,
    status: &'static str,
    privileged: bool,
    /// The average upload speed, in bytes a second.
    speed: u32,
    uploads: u32,
    files: u32,
    folders: u32,
    /// What the user says; null unless asked for.
    info: Option<Info<'a>>,
}

/// What a user says, in JSON.
#[derive(Debug, Serialize)]
struct Info<'a> {
    description: &'a Text,
    /// The size of the picture in bytes; null without one.
    picture_size: Option<usize>,
    upload_slots: u32,
    queue: u32,
    slot_free: bool,
    /// Who may send files unasked; null where it is not told.
    upload_permission: Option<&'static str>,
}

pub(super) async fn run(
    client: &Client,
    args: &User,
    out: &mut impl Write,
) -> Result<(), OnlineError> {
    let user = Text::from(args.name.as_str());
    let known = client.watch(user.clone()).await?;
    let is_online = known.status != Status::Offline;
    let answer = if args.asks() && is_online {
        client.user_info(user.clone()).await.map(Some)
    } else {
        Ok(None)
    };
    // What the server knows is shown also where the user does not answer.
    let info = answer.as_ref().ok().and_then(Option::as_deref);
    if args.json {
        write_json(out, &json(&user, &known, info))?;
        writeln!(out)?;
    } else {
        show(&user, &known, info, out)?;
    }
    if let (Some(path), Some(info)) = (&args.picture, &answer?) {
        write_picture(path, info)?;
    }
    if is_online {
        Ok(())
    } else {
        Err(OnlineError::Nothing("the user is not online".into()))
    }
}

fn json<'a>(user: &'a Text, known: &UserInfo, info: Option<&'a UserInfoResponse>) -> Known<'a> {
    Known {
        user,
        status: status_name(&known.status),
        privileged: known.privileged,
        speed: known.stats.average_speed,
        uploads: known.stats.uploads,
        files: known.stats.files,
        folders: known.stats.directories,
        info: info.map(|info| Info {
            description: &info.description,
            picture_size: info.picture.as_ref().map(|picture| picture.0.len()),
            upload_slots: info.upload_slots,
            queue: info.queue_size,
            slot_free: info.slots_free,
            upload_permission: info.upload_permission.as_ref().map(permission),
        }),
    }
}

fn permission(permission: &UploadPermission) -> &'static str {
    match permission {
        UploadPermission::Nobody => "nobody",
        UploadPermission::Everyone => "everyone",
        UploadPermission::UserList => "user_list",
        UploadPermission::Permitted => "permitted",
        UploadPermission::Other(_) => "other",
    }
}

fn show(
    user: &Text,
    known: &UserInfo,
    info: Option<&UserInfoResponse>,
    out: &mut impl Write,
) -> Result<(), OnlineError> {
    let privileges = if known.privileged {
        ", with privileges"
    } else {
        ""
    };
    writeln!(
        out,
        "{} is {}{privileges}",
        shown(user),
        status_name(&known.status)
    )?;
    let stats = &known.stats;
    writeln!(
        out,
        "Shares     {} files in {} folders",
        stats.files, stats.directories
    )?;
    writeln!(
        out,
        "Uploads    {}, {}/s on average",
        stats.uploads,
        HumanBytes(stats.average_speed.into())
    )?;
    let Some(info) = info else { return Ok(()) };
    let slot = if info.slots_free {
        "one is free"
    } else {
        "none is free"
    };
    writeln!(
        out,
        "Slots      {}, {slot}; {} files wait",
        info.upload_slots, info.queue_size
    )?;
    if let Some(picture) = &info.picture {
        writeln!(out, "Picture    {}", HumanBytes(picture.0.len() as u64))?;
    }
    for line in info.description.to_str().lines() {
        writeln!(out, "  {}", crate::render::printable(line))?;
    }
    Ok(())
}

fn write_picture(path: &Path, info: &Arc<UserInfoResponse>) -> Result<(), OnlineError> {
    let Some(picture) = &info.picture else {
        return Err(OnlineError::Nothing("the user has no picture".into()));
    };
    let failed = |error| OnlineError::File {
        path: path.to_owned(),
        error,
    };
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    file.map_err(failed)?.write_all(&picture.0).map_err(failed)
}
