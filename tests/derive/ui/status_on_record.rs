use slsk_wire::Wire;

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(status = Obsolete, sender = Uploader)]
struct Record {
    value: u32,
}

fn main() {}
