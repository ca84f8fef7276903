//! A file connection: after the first frame it has no frames and no codes.
//!
//! The uploader sends a [`FileTicket`], the downloader answers with a [`FileOffset`], and the bytes of
//! the file from there on follow until the downloader closes. See `spec/guide/transfers.md`.

use slsk_derive::Wire;

use crate::schema::{ExchangeSchema, RecordSchema, Sender};
use crate::types::Rest;
use crate::wire::Wire as _;

/// Says which transfer the connection is for. The uploader sends it, whoever connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
#[doc(alias = "FileTransferInit")]
pub struct FileTicket {
    /// The token of the [`TransferRequest`](crate::peer::TransferRequest) that was accepted.
    pub token: u32,
}

/// Where the file shall begin. The downloader sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
pub struct FileOffset {
    /// How many bytes the downloader has. An old client sends 2^64 − 1 above 2 GiB, by mistake.
    #[slsk(unit = Bytes)]
    pub offset: u64,
}

/// The bytes of the file, up to the end of the connection. The uploader sends them.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
pub struct FileData {
    /// The file's bytes from the offset on.
    pub data: Rest,
}

/// What is sent, in this order.
pub const EXCHANGES: [ExchangeSchema; 3] = [
    exchange(Sender::Uploader, FileTicket::SHAPE.record()),
    exchange(Sender::Downloader, FileOffset::SHAPE.record()),
    exchange(Sender::Uploader, FileData::SHAPE.record()),
];

const fn exchange(sender: Sender, record: &'static RecordSchema) -> ExchangeSchema {
    ExchangeSchema {
        sender,
        guide: "transfers",
        record,
    }
}
