use slsk_wire::Wire;

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 1)]
struct Message {
    #[slsk(if_true = value)]
    value: Option<bool>,
}

fn main() {}
