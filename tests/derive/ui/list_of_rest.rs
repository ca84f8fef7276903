use slsk_wire::{Rest, Wire};

#[derive(Clone, Debug, PartialEq, Wire)]
struct Greedy {
    value: u32,
    payload: Rest,
}

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 1)]
struct Message {
    values: Vec<Greedy>,
}

fn main() {}
