//! Obfuscates frames and reveals them.

use slsk_wire::obfuscation::{KEY_LENGTH, Key, obfuscate};
use slsk_wire::{FamilyId, Framer};

use crate::{limits, with_length};

/// Obfuscates what follows the key and a byte that names a family.
///
/// # Panics
/// When it does not come back, in a frame or without.
pub fn check(data: &[u8]) {
    let Some((key, data)) = data.split_first_chunk::<KEY_LENGTH>() else {
        return;
    };
    let [family, content @ ..] = data else {
        return;
    };
    let mut bytes = content.to_vec();
    Key::from_bytes(*key).apply(&mut bytes);
    assert_eq!(bytes, described(*key, content));
    Key::from_bytes(*key).apply(&mut bytes);
    assert_eq!(bytes, content);

    let family = FamilyId::ALL[usize::from(*family) % FamilyId::ALL.len()];
    let plain = with_length(content);
    let mut hidden = Vec::new();
    obfuscate(&plain, *key, &mut hidden);
    assert_eq!(hidden.len(), KEY_LENGTH + plain.len());
    let mut framers = [false, true].map(|obfuscated| {
        let mut framer = Framer::new(limits());
        framer.set_obfuscated(obfuscated);
        framer.push(if obfuscated { &hidden } else { &plain });
        framer
    });
    let [seen, revealed] = framers.each_mut().map(|framer| framer.next(family));
    assert_eq!(seen, revealed);
    if let Ok(Some(_)) = seen {
        assert!(framers.iter().all(|framer| framer.buffered().is_empty()));
    }
}

/// The same by the description: each word has a key of its own.
fn described(key: [u8; KEY_LENGTH], bytes: &[u8]) -> Vec<u8> {
    let mask = |at: usize| {
        let turns = u32::try_from(at / 4 % 32).expect("less than 32") + 1;
        u32::from_le_bytes(key).rotate_left(turns).to_le_bytes()[at % 4]
    };
    let bytes = bytes.iter().enumerate();
    bytes.map(|(at, byte)| byte ^ mask(at)).collect()
}
