//! A file connection: after the first frame it has no frames and no codes.
//!
//! The uploader sends a [`FileTicket`], the downloader answers with a [`FileOffset`], and the bytes of
//! the file from there on follow until the downloader closes. See `spec/guide/transfers.md`.

use slsk_derive::Wire;

/// Says which transfer the connection is for. The uploader sends it, whoever connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
pub struct FileTicket {
    /// The token of the [`TransferRequest`](crate::peer::TransferRequest) that was accepted.
    pub token: u32,
}

/// Where the file shall begin. The downloader sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
pub struct FileOffset {
    /// How many bytes the downloader has. An old client sends 2^64 − 1 above 2 GiB, by mistake.
    pub offset: u64,
}
