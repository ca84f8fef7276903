//! How many connections this process can hold.

/// How many connections there are at most, whatever the system allows.
const MOST: usize = 2048;
/// How many descriptors there are where the system does not tell, as on Windows; Nicotine+ takes two thirds of it there.
const UNTOLD: usize = 768;

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
    let limit = rlimit::Resource::NOFILE.get_soft();
    limit.map_or(UNTOLD, |most| usize::try_from(most).unwrap_or(usize::MAX))
}

#[cfg(not(unix))]
fn descriptors() -> usize {
    UNTOLD
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
