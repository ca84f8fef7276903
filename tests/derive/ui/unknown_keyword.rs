use slsk_wire::Wire;

#[derive(Clone, Debug, PartialEq, Wire)]
#[slsk(code = 1, compresed, version(3) = 4, gide = "login")]
struct Message {
    #[slsk(optinal, optional)]
    value: Option<u32>,
}

fn main() {}
