use slsk_wire::Wire;

#[derive(Clone, Debug, PartialEq, Wire)]
struct Record {
    #[slsk(optional)]
    value: Option<u32>,
}

fn main() {}
