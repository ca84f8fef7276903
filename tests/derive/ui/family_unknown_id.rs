use slsk_wire::{Family, Unknown, Wire};

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 1)]
struct One;

#[derive(Clone, Debug, PartialEq, Family)]
#[slsk(id = Pear, code = u32)]
enum Messages {
    One(One),
    #[slsk(unknown)]
    Unknown(Unknown),
}

fn main() {}
