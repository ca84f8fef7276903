use slsk_wire::Wire;

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 1)]
struct Message {
    here: bool,
    #[slsk(if_true = there)]
    value: Option<u32>,
}

fn main() {}
