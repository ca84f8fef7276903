use slsk_wire::Wire;

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 1)]
struct Message {
    #[slsk(optional)]
    flag: Option<bool>,
    #[slsk(if_true = flag, optional)]
    value: Option<u32>,
}

fn main() {}
