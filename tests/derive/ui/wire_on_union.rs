use slsk_wire::Wire;

#[derive(Wire)]
#[slsk(code = 1)]
union Message {
    value: u32,
}

fn main() {}
