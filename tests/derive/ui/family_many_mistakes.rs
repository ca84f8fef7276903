use slsk_wire::{Family, Unknown, Wire};

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 1)]
struct One;

#[derive(Clone, Debug, PartialEq, Family)]
#[slsk(id = Peer, width = u32, code = u64)]
enum Messages {
    One,
    #[slsk(unnown)]
    Unknown(Unknown),
}

fn main() {}
