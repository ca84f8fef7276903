//! How many connections this process can hold.

/// How many connections there are at most, whatever the system allows.
const MOST: usize = 2048;

/// Two thirds of the descriptors that this process may open: the rest is for files. At most 2048.
pub(crate) fn max_connections() -> usize {
    (descriptors() / 3 * 2).clamp(1, MOST)
}

/// How many clients a server can hold: nine tenths of the descriptors.
#[cfg(feature = "server")]
pub(crate) fn max_clients() -> usize {
    (descriptors() / 10 * 9).max(1)
}

#[cfg(unix)]
fn descriptors() -> usize {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    limit.map_or(usize::MAX, |most| {
        usize::try_from(most).unwrap_or(usize::MAX)
    })
}

/// Windows does not tell; Nicotine+ takes 512 there.
#[cfg(not(unix))]
fn descriptors() -> usize {
    768
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_third_of_the_descriptors_is_left_for_files() {
        let most = max_connections();
        assert!((1..=MOST).contains(&most));
        assert!(most <= descriptors() / 3 * 2);
    }
}
