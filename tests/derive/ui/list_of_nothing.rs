use slsk_wire::Wire;

#[derive(Clone, Debug, PartialEq, Wire)]
struct Nothing;

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 1)]
struct Message {
    values: Vec<Nothing>,
}

fn main() {}
