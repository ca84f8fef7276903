use slsk_wire::{Family, Wire};

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 1)]
struct One;

#[derive(Clone, Debug, PartialEq, Family)]
#[slsk(id = Peer, code = u32)]
struct Messages;

fn main() {}
