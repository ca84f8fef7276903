use slsk_wire::Wire;

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 4294967296, guide = "login")]
struct Message;

fn main() {}
