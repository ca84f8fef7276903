use slsk_wire::Wire;

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 1)]
struct Message {
    flag: bool,
    #[slsk(if_true = flag, if_false = flag)]
    value: Option<u32>,
}

fn main() {}
