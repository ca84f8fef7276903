use slsk_wire::Wire;

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 1)]
struct Message {
    count: u32,
    #[slsk(if_true = count)]
    value: Option<u32>,
}

fn main() {}
