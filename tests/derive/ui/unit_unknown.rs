use slsk_wire::Wire;

#[derive(Clone, Debug, PartialEq, Wire)]
struct Record {
    #[slsk(unit = Furlongs)]
    value: u32,
}

fn main() {}
