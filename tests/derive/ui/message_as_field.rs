use slsk_wire::Wire;

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 1)]
struct Inner {
    #[slsk(optional)]
    value: Option<u8>,
}

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 2)]
struct Outer {
    inner: Inner,
    list: Vec<Inner>,
    after: u8,
}

fn main() {}
