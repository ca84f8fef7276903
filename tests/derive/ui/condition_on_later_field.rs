use slsk_wire::Wire;

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 1)]
struct Message {
    #[slsk(if_false = flag)]
    value: Option<u32>,
    flag: bool,
}

fn main() {}
