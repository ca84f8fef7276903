//! What a user shares: files, folders, and the requests for them.

mod attributes;

pub use attributes::{Attribute, AttributeKind, Attributes};

use slsk_derive::Wire;

use crate::decoder::Peek;
use crate::types::Text;

/// A file as search results, share lists and folder contents show it.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
pub struct File {
    /// Always 1.
    pub code: u8,
    /// The full remote path in search results, the name alone elsewhere.
    pub name: Text,
    /// The size in bytes, as it came: from Soulseek NS above 2 GiB all bits of the upper half are set, and the
    /// lower half is the size.
    #[slsk(unit = Bytes)]
    pub raw_size: u64,
    /// The extension without a dot. Often empty: take it from the name.
    pub extension: Text,
    /// Bitrate, duration and the like.
    pub attributes: Attributes,
}

impl File {
    /// A file as the official client describes it.
    #[must_use]
    pub fn new(name: impl Into<Text>, size: u64, attributes: Attributes) -> Self {
        Self {
            code: 1,
            name: name.into(),
            raw_size: size,
            extension: Text::new(),
            attributes,
        }
    }

    /// The size in bytes.
    ///
    /// Soulseek NS sets the high word to 2^32 − 1 above 2 GiB, by mistake; then the low word is the size.
    #[must_use]
    pub fn size(&self) -> u64 {
        const LOW: u64 = 0xFFFF_FFFF;
        if self.raw_size >> 32 == LOW {
            self.raw_size & LOW
        } else {
            self.raw_size
        }
    }
}

/// A folder and its files; subfolders are folders of their own.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
pub struct Directory {
    /// The full remote path, with backslashes.
    pub name: Text,
    /// The files, with bare names.
    pub files: Vec<File>,
}

/// Asks for everything that a user shares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
#[slsk(code = 4, guide = "browsing", sender = Requester)]
#[doc(alias = "PeerSharesRequest")]
#[doc(alias = "SharedFileListRequest")]
#[doc(alias = "BrowseRequest")]
#[doc(alias = "GetSharedFileList")]
pub struct SharesRequest {
    /// Without use; only aioslsk knows it. The official client sends nothing.
    #[slsk(optional)]
    pub ticket: Option<u32>,
}

/// Everything that a user shares.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 5, compressed, guide = "browsing", sender = Responder)]
#[doc(alias = "PeerSharesReply")]
#[doc(alias = "SharedFileListResponse")]
#[doc(alias = "BrowseResponse")]
pub struct SharesResponse {
    /// The folders that everybody may download from, empty ancestors too.
    pub directories: Vec<Directory>,
    /// Always 0.
    #[slsk(optional)]
    pub unknown: Option<u32>,
    /// Folders that are shown but not for everybody.
    #[slsk(optional)]
    pub locked_directories: Option<Vec<Directory>>,
}

impl SharesResponse {
    /// A list with its tail, which some clients require.
    #[must_use]
    pub fn new(directories: Vec<Directory>, locked_directories: Vec<Directory>) -> Self {
        Self {
            directories,
            unknown: Some(0),
            locked_directories: Some(locked_directories),
        }
    }
}

/// Asks for the contents of one folder.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 36, guide = "browsing", sender = Requester)]
#[doc(alias = "PeerDirectoryContentsRequest")]
pub struct FolderContentsRequest {
    /// Comes back in the response.
    pub token: u32,
    /// The full remote path.
    pub directory: Text,
}

/// The contents of one folder, without subfolders.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[slsk(code = 37, compressed, guide = "browsing", sender = Responder)]
#[doc(alias = "PeerDirectoryContentsReply")]
pub struct FolderContentsResponse {
    /// The token of the request.
    pub token: u32,
    /// The folder of the request.
    pub directory: Text,
    /// One folder, or none where nothing of this name is shared.
    pub directories: Vec<Directory>,
}

/// The head of a [`FolderContentsResponse`]: whether the rest is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
pub struct FolderHead {
    /// The token of the request.
    pub token: u32,
    /// The folder of the request.
    pub directory: Text,
}

impl Peek for FolderContentsResponse {
    type Head = FolderHead;
}
