use slsk_wire::Wire;

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 1, code = 2)]
struct Message {
    #[slsk(optional)]
    #[slsk(optional)]
    value: Option<u32>,
}

fn main() {}
