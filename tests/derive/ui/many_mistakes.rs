use slsk_wire::{Text, Wire};

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 1, code = "one", colour = "red")]
struct Message {
    #[slsk(if_true = absent)]
    first: Option<u32>,
    #[slsk(if_true = first)]
    second: u32,
    third: Option<Text>,
    #[slsk(optional)]
    fourth: u32,
    #[slsk(lenient)]
    fifth: u32,
}

fn main() {}
