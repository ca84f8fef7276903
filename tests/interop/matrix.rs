//! The matrix: what clients do with each other, and a test for every pair of them that does it.

use std::{env, fs};

use slsk_tests::external;

use crate::client::{Client, Kind};
use crate::lab::Lab;
use crate::{login, search, shares, transfers, tree};

/// Runs the test of a cell; all clients that it returns quit at its end.
async fn run(
    row: &str,
    (one, other): (Kind, Kind),
    cell: impl AsyncFnOnce(&Lab, Kind, Kind) -> Vec<Client>,
) {
    let name = format!("{row}-{one:?}-{other:?}").to_lowercase();
    let lab = Lab::new(&name).await;
    // Branches of the distributed network come about all the same, if later.
    let without_nicotine = row != "chain" && ![one, other].contains(&Kind::Nicotine);
    let lab = if row == "child" || without_nicotine {
        lab
    } else {
        lab.direct_first()
    };
    for client in cell(&lab, one, other).await {
        client.quit().await;
    }
    lab.finish().await;
}

/// Makes a test for each pair of each row, and the list of all of them.
macro_rules! matrix {
    (@pairs all $row:ident $cell:path) => {
        matrix!(@pairs {
            ours: ours nicotine aioslsk;
            nicotine: ours nicotine aioslsk;
            aioslsk: ours nicotine aioslsk;
        } $row $cell);
    };
    (@pairs { $($one:ident: $($other:ident)+;)+ } $row:ident $cell:path) => {
        pub(super) const PAIRS: &[(Kind, Kind)] = &[$($((kind::$one, kind::$other)),+),+];
        $(mod $one {
            use super::*;
            $(#[tokio::test]
            async fn $other() {
                run(stringify!($row), (kind::$one, kind::$other), $cell).await;
            })+
        })+
    };
    ($($(#[doc = $says:literal])+ $row:ident $cell:path: $pairs:tt)+) => {
        /// Each row: its name, what it shows, and its pairs.
        const ROWS: &[(&str, &str, &[(Kind, Kind)])] =
            &[$((stringify!($row), concat!($($says),+), $row::PAIRS)),+];
        $(mod $row {
            use super::*;
            matrix!(@pairs $pairs $row $cell);
        })+
    };
}

#[tokio::test]
async fn nicotine_reaches_loopback_alone() {
    run(
        "home",
        (Kind::Nicotine, Kind::Nicotine),
        login::stays_at_home,
    )
    .await;
}

#[tokio::test]
async fn aioslsk_reaches_loopback_alone() {
    run("home", (Kind::Aioslsk, Kind::Aioslsk), login::stays_at_home).await;
}

/// Makes a test for each branch of the distributed network with one client of each kind, the root first.
macro_rules! chains {
    ($($one:ident: $($two:ident $three:ident),+;)+) => {
        /// A branch of three kinds: who is below whom.
        mod chain {
            use super::*;
            $(mod $one {
                use super::*;
                $(#[tokio::test]
                async fn $two() {
                    let kinds = [kind::$one, kind::$two, kind::$three];
                    run("chain", (kind::$one, kind::$two), async |lab, _, _| tree::chain(lab, kinds).await).await;
                })+
            })+
        }
    };
}

chains! {
    ours: nicotine aioslsk, aioslsk nicotine;
    nicotine: ours aioslsk, aioslsk ours;
    aioslsk: ours nicotine, nicotine ours;
}

/// The kinds by the names of their tests.
#[expect(non_upper_case_globals, reason = "they name modules and tests")]
mod kind {
    use crate::client::Kind;

    pub(super) const ours: Kind = Kind::Ours;
    pub(super) const nicotine: Kind = Kind::Nicotine;
    pub(super) const aioslsk: Kind = Kind::Aioslsk;
}

matrix! {
    /// logs in; a wrong password is refused
    log_in login::right_and_wrong: {
        ours: ours;
        nicotine: nicotine;
        aioslsk: aioslsk;
    }
    /// is ended by a second login of the same name
    kick login::second_ends_first: all
    /// is told whether the other one is there or away
    watch login::watch: all
    /// finds by a search of the network
    search_network search::network: all
    /// finds by a search of the network, being unreachable
    search_unreachable search::unreachable: all
    /// finds by a search of a room
    search_room search::room: all
    /// finds by a search of a user
    search_user search::user: all
    /// finds by a wish
    search_wish search::wish: all
    /// downloads, both reachable
    download transfers::direct: all
    /// downloads from somebody unreachable
    download_from_unreachable transfers::uploader_unreachable: all
    /// downloads, being unreachable
    download_to_unreachable transfers::downloader_unreachable: all
    /// is told that nothing goes, both unreachable
    unreachable transfers::both_unreachable: all
    /// downloads over obfuscated connections
    obfuscated transfers::obfuscated: {
        ours: ours aioslsk;
        aioslsk: ours aioslsk;
    }
    /// sees all shares
    browse shares::browse: all
    /// sees a folder
    folder shares::folder: all
    /// is the child of the other one in the distributed network, until he leaves
    child tree::pair: all
    /// sees description and picture
    user_info shares::user_info: all
}

/// The marks between which the README shows the matrix.
const MARKS: (&str, &str) = ("<!-- matrix -->\n", "<!-- end of matrix -->");

/// The matrix in Markdown: a row each, a column for each pair.
fn table() -> String {
    const KINDS: [(Kind, &str); 3] = [
        (Kind::Ours, "slsk"),
        (Kind::Nicotine, "Nicotine+"),
        (Kind::Aioslsk, "aioslsk"),
    ];
    let pairs = || {
        KINDS
            .iter()
            .flat_map(|one| KINDS.iter().map(move |other| (one, other)))
    };
    let mut table = "| |".to_owned();
    table.extend(pairs().map(|((_, one), (_, other))| format!(" {one} · {other} |")));
    table.push_str("\n|---|");
    table.extend(pairs().map(|_| "---|"));
    for (row, says, cells) in ROWS {
        let says = says.trim();
        table.extend(["\n| ", says, ": `", row, "` |"]);
        table.extend(pairs().map(|((one, _), (other, _))| {
            if cells.contains(&(*one, *other)) {
                " ✓ |"
            } else {
                " |"
            }
        }));
    }
    table.push('\n');
    table
}

/// `SLSK_WRITE=1` makes it so.
#[test]
fn readme_shows_the_matrix() {
    let path = external::checkout().join("README.md");
    let readme = fs::read_to_string(&path).expect("the README");
    let (head, rest) = readme.split_once(MARKS.0).expect("the mark of the matrix");
    let (_, tail) = rest.split_once(MARKS.1).expect("the mark of its end");
    let current = [head, MARKS.0, &table(), MARKS.1, tail].concat();
    if env::var_os("SLSK_WRITE").is_some() {
        fs::write(path, current).expect("the README");
    } else {
        assert!(
            readme == current,
            "the README shows another matrix: test with SLSK_WRITE=1"
        );
    }
}
