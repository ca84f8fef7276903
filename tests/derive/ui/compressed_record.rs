use slsk_wire::Wire;

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(compressed)]
struct Record {
    value: u32,
}

fn main() {}
