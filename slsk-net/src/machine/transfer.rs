//! Files: [`download`] fetches them, [`upload`] serves them.

pub(super) mod download;
pub(super) mod upload;

use std::time::Duration;

/// How long the other side may take for its next step: to answer, to connect, to close.
const STEP_TIME: Duration = Duration::from_secs(45);
/// How long a running transfer may stand still.
const STALL_TIME: Duration = Duration::from_mins(1);
