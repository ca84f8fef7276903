use slsk_wire::Wire;

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 1)]
struct Message {
    value: Option<u32>,
    qualified: ::core::option::Option<u32>,
}

fn main() {}
