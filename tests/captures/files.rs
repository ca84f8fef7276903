//! File connections: no frames, no codes.

use bytes::Bytes;
use slsk_tests::captures::rows;
use slsk_wire::file::{FileOffset, FileTicket};
use slsk_wire::{Input, Wire};

fn check<T: Wire>(frame: &[u8]) -> T {
    let body = Bytes::copy_from_slice(frame);
    let (rest, value) = T::parse(Input::new(&body)).expect("it is whole");
    assert!(rest.is_empty());
    let mut again = Vec::new();
    value.encode(&mut again).expect("it has an encoding");
    assert_eq!(again, frame);
    value
}

#[test]
fn tickets_and_offsets() {
    let (mut tickets, mut offsets) = (0, Vec::new());
    for row in rows().iter().filter(|row| row.conn_type == "F") {
        match &*row.name {
            "FileTransferInit" => {
                check::<FileTicket>(&row.frame);
                tickets += 1;
            }
            "FileOffset" => offsets.push(check::<FileOffset>(&row.frame).offset),
            _ => {}
        }
    }
    assert_eq!((tickets, offsets.len()), (31, 30));
    assert!(
        offsets.iter().any(|offset| *offset > 0),
        "a transfer was resumed"
    );
}
