use slsk_wire::{Rest, Wire};

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 1)]
struct Message {
    payload: Rest,
    value: u32,
}

fn main() {}
