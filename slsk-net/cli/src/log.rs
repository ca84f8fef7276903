//! What is logged, which `RUST_LOG` says.

use std::env;
use std::io::{self, IsTerminal as _, Write as _};

use tracing_subscriber::EnvFilter;

/// Which names of modules and which levels are logged.
const FILTER: &str = EnvFilter::DEFAULT_ENV;

/// Logs to standard error from now on if the environment says so.
pub(crate) fn start() {
    if !is_set(FILTER) {
        return;
    }
    let filter = match EnvFilter::try_from_env(FILTER) {
        Ok(filter) => filter,
        Err(error) => {
            let problem = crate::render::printable(&error.to_string());
            // Where standard error is closed there is nobody to tell.
            let _ = writeln!(
                io::stderr().lock(),
                "slsk: {FILTER}: {problem}; nothing is logged"
            );
            return;
        }
    };
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal() && !is_set("NO_COLOR"))
        .with_writer(io::stderr);
    // It fails where there is another log already, which is as good.
    let _ = subscriber.try_init();
}

fn is_set(variable: &str) -> bool {
    env::var_os(variable).is_some_and(|value| !value.is_empty())
}
