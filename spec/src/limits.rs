//! How much is read of a capture, by what is generated: as much as `slsk decode` reads.

use slsk_wire::Limits;

const MIB: usize = 1 << 20;

/// The frames are here already, so a long request is no burden; inflating is bounded.
pub(crate) fn of_captures() -> Limits {
    let defaults = Limits::default();
    Limits {
        server_request: defaults.server_response,
        inflated_results: 64 * MIB,
        inflated_bulk: 256 * MIB,
        ..defaults
    }
}
