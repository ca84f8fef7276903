use slsk_wire::{Family, Unknown, Wire};

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 1)]
struct One;

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 256)]
struct Two;

#[derive(Clone, Debug, PartialEq, Family)]
#[slsk(id = Distributed, code = u8)]
enum Messages {
    One(One),
    Two(Two),
    #[slsk(unknown)]
    Unknown(Unknown),
}

fn main() {}
