use slsk_wire::Wire;

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 1)]
struct Message {
    flag: bool,
    #[slsk(if_true = flag, optional)]
    first: Option<u32>,
    #[slsk(if_true = flag)]
    same_side: Option<u32>,
    #[slsk(if_false = flag)]
    other_side: Option<u32>,
    always: u32,
}

fn main() {}
