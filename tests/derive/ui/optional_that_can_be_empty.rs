use slsk_wire::{Rest, Wire};

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 1)]
struct Message {
    #[slsk(optional)]
    value: Option<Rest>,
}

fn main() {}
