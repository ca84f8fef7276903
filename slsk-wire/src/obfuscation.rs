//! Obfuscation of type 1, "rotated": a key in front of each frame is XOR-ed into it.
//!
//! For every four bytes the key is rotated left by one bit and XOR-ed, little-endian. The length field is
//! obfuscated too and does not count the key. This hides nothing from anybody who looks; it was made to
//! get past filters of internet providers. See `spec/guide/framing.md`.

/// The size of the key in front of each frame, in bytes.
pub const KEY_LENGTH: usize = 4;

/// The key of one frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(u32);

impl Key {
    /// A key as it stands on the wire.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; KEY_LENGTH]) -> Self {
        Self(u32::from_le_bytes(bytes))
    }

    /// Obfuscates or reveals `data`, which begins at the length field of a frame.
    pub fn apply(self, data: &mut [u8]) {
        let mut key = self.0;
        for word in data.chunks_mut(4) {
            key = key.rotate_left(1);
            for (byte, mask) in word.iter_mut().zip(key.to_le_bytes()) {
                *byte ^= mask;
            }
        }
    }
}

/// Appends `frame`, which has its length field, to `out` behind `key`. The key should be random.
pub fn obfuscate(frame: &[u8], key: [u8; KEY_LENGTH], out: &mut Vec<u8>) {
    out.extend_from_slice(&key);
    let start = out.len();
    out.extend_from_slice(frame);
    Key::from_bytes(key).apply(&mut out[start..]);
}
