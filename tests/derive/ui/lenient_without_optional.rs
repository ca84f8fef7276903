use slsk_wire::Wire;

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 1)]
struct Message {
    #[slsk(lenient)]
    value: u32,
}

fn main() {}
