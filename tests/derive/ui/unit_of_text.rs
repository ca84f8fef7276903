use slsk_wire::{Text, Wire};

#[derive(Clone, Debug, PartialEq, Wire)]
struct Record {
    #[slsk(unit = Bytes)]
    value: Text,
}

fn main() {}
