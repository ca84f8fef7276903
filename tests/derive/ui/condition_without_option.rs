use slsk_wire::Wire;

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 1)]
struct Message {
    flag: bool,
    #[slsk(if_true = flag)]
    value: u32,
    #[slsk(if_false = flag)]
    other: u32,
}

fn main() {}
