use slsk_wire::Wire;

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 1, status = Forgotten, sender = Nobody)]
struct Message {
    value: u32,
}

fn main() {}
