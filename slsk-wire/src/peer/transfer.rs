//! Queueing and starting transfers. The bytes go over a connection of their own: [`crate::file`].

use slsk_derive::Wire;

use crate::types::Text;

open_enum! {
    /// Which way a file goes, as the sender of a [`TransferRequest`] sees it.
    pub enum TransferDirection: u32 {
        /// The sender wants the file. Answer `Queued`, never yes.
        Download = 0,
        /// The sender has the file and is ready to send it.
        Upload = 1,
    }
}

open_enum! {
    /// Why a transfer is refused. Clients compare these texts, so they are exact.
    pub enum RefusalReason: Text {
        /// It waits in the queue: no failure.
        Queued = "Queued",
        /// The downloader has the file already.
        Complete = "Complete",
        /// Not wanted any more.
        Cancelled = "Cancelled",
        /// No such file, or not for this user.
        FileNotShared = "File not shared.",
        /// The file can't be read.
        FileReadError = "File read error.",
        /// The uploader is about to quit; try again later.
        PendingShutdown = "Pending shutdown.",
        /// The uploader has banned this user.
        Banned = "Banned",
        /// This user has queued too many files; try again later.
        TooManyFiles = "Too many files",
        /// This user has queued too much; try again later.
        TooManyMegabytes = "Too many megabytes",
        /// The downloader refuses files of this kind.
        DisallowedExtension = "Disallowed extension",
    }
}

/// Announces a transfer: an upload that is about to begin or, from old clients, a wish to download.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 40, guide = "transfers")]
#[doc(alias = "PeerTransferRequest")]
pub struct TransferRequest {
    /// Which way the file goes.
    pub direction: TransferDirection,
    /// A number of the sender's, which the file connection begins with.
    pub token: u32,
    /// The full remote path.
    pub filename: Text,
    /// The size in bytes. Absent from most wishes to download; 0 from some clients for large files.
    #[slsk(optional, unit = Bytes)]
    pub size: Option<u64>,
}

/// Answers a [`TransferRequest`].
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 41, guide = "transfers")]
#[doc(alias = "PeerTransferReply")]
pub struct TransferResponse {
    /// The token of the request.
    pub token: u32,
    /// Whether the transfer may begin.
    pub allowed: bool,
    /// The size in bytes. Absent from most clients.
    #[slsk(if_true = allowed, optional, unit = Bytes)]
    pub size: Option<u64>,
    /// Why not.
    #[slsk(if_false = allowed, optional)]
    pub reason: Option<RefusalReason>,
}

impl TransferResponse {
    /// Yes, with the size, which some clients require.
    #[must_use]
    pub fn accepted(token: u32, size: u64) -> Self {
        Self {
            token,
            allowed: true,
            size: Some(size),
            reason: None,
        }
    }

    /// No, with the reason, which some clients require.
    #[must_use]
    pub fn refused(token: u32, reason: RefusalReason) -> Self {
        Self {
            token,
            allowed: false,
            size: None,
            reason: Some(reason),
        }
    }
}

/// Holds a place for an upload. Obsolete.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 42, guide = "transfers", status = Obsolete)]
#[doc(alias = "PlaceholdUpload")]
#[doc(alias = "UploadPlacehold")]
pub struct UploadPlaceholder {
    /// The full remote path.
    pub filename: Text,
}

/// Asks the owner of a file to queue it for us. Silence means yes.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 43, guide = "transfers", sender = Downloader)]
#[doc(alias = "PeerTransferQueue")]
#[doc(alias = "QueueDownload")]
pub struct QueueUpload {
    /// The full remote path, byte for byte as the owner gave it.
    pub filename: Text,
}

/// The place of a file in the uploader's queue.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 44, guide = "transfers", sender = Uploader)]
#[doc(alias = "PeerPlaceInQueueReply")]
#[doc(alias = "PlaceInQueue")]
pub struct PlaceInQueueResponse {
    /// The full remote path.
    pub filename: Text,
    /// The place, from 1.
    pub place: u32,
}

/// The uploader could not finish. From the uploader.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 46, guide = "transfers", sender = Uploader)]
#[doc(alias = "PeerUploadFailed")]
pub struct UploadFailed {
    /// The full remote path.
    pub filename: Text,
}

/// The uploader will not send the file.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 50, guide = "transfers", sender = Uploader)]
#[doc(alias = "PeerTransferQueueFailed")]
#[doc(alias = "QueueFailed")]
pub struct UploadDenied {
    /// The full remote path.
    pub filename: Text,
    /// Why.
    pub reason: RefusalReason,
}

/// Asks for the place of a file in the uploader's queue.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 51, guide = "transfers", sender = Downloader)]
#[doc(alias = "PeerPlaceInQueueRequest")]
pub struct PlaceInQueueRequest {
    /// The full remote path.
    pub filename: Text,
}

/// Announces that the sender will upload something unasked. From Soulseek NS and, rarely, Nicotine+.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 52, guide = "transfers", sender = Uploader, status = Deprecated)]
#[doc(alias = "PeerUploadQueueNotification")]
pub struct UploadQueueNotification;
