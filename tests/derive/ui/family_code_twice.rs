use slsk_wire::{Family, Unknown, Wire};

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 1)]
struct One;

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 2)]
struct Two;

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 1)]
struct Uno;

#[derive(Clone, Debug, PartialEq, Family)]
#[slsk(id = Peer, code = u32)]
enum Messages {
    One(One),
    Two(Two),
    Uno(Uno),
    #[slsk(unknown)]
    Unknown(Unknown),
}

fn main() {}
