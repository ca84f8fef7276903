use slsk_wire::Wire;

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(guide = "login")]
struct Record {
    value: u32,
}

fn main() {}
