//! What our server does where implementations disagree; the verdicts on bytes are in `tests/wire/verdicts`.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::server;

/// Sends bytes and expects others, behind which more may come.
async fn exchange(stream: &mut TcpStream, sent: &[&[u8]], expected: &[&[u8]]) {
    stream.write_all(&sent.concat()).await.expect("open");
    let mut came = vec![0; expected.concat().len()];
    stream.read_exact(&mut came).await.expect("an answer");
    assert_eq!(came, expected.concat());
}

/// Frame and code of a login, for a name and a password that are this long together.
fn login(text: u8) -> [u8; 8] {
    [24 + text, 0, 0, 0, 1, 0, 0, 0]
}

/// Version 177, no hash, minor version 1.
const VERSION: &[u8] = b"\xB1\0\0\0\0\0\0\0\x01\0\0\0";

#[tokio::test]
async fn d50_an_empty_name_and_an_empty_password_are_refused_in_their_own_words() {
    let server = server().await;
    for (sent, expected) in [
        (
            [&login(2)[..], b"\0\0\0\0", b"\x02\0\0\0pw", VERSION],
            [
                &b"\x27\0\0\0\x01\0\0\0\0"[..],
                b"\x0F\0\0\0INVALIDUSERNAME",
                b"\x0B\0\0\0Nick empty.",
            ],
        ),
        (
            [&login(5)[..], b"\x05\0\0\0alice", b"\0\0\0\0", VERSION],
            [
                &b"\x16\0\0\0\x01\0\0\0\0"[..],
                b"\x0D\0\0\0EMPTYPASSWORD",
                b"",
            ],
        ),
        (
            [&login(0)[..], b"\0\0\0\0", b"\0\0\0\0", VERSION],
            [
                &b"\x27\0\0\0\x01\0\0\0\0"[..],
                b"\x0F\0\0\0INVALIDUSERNAME",
                b"\x0B\0\0\0Nick empty.",
            ],
        ),
    ] {
        let mut stream = TcpStream::connect(server.address())
            .await
            .expect("a server");
        exchange(&mut stream, &sent, &expected).await;
    }
    let no_minor_version = &b"\xB1\0\0\0\0\0\0\0\0\0\0\0"[..];
    for version in [&b"\0\0\0\0\0\0\0\0\x01\0\0\0"[..], no_minor_version] {
        let sent = [&login(7)[..], b"\x05\0\0\0alice", b"\x02\0\0\0pw", version];
        let expected = [&b"\x17\0\0\0\x01\0\0\0\0"[..], b"\x0E\0\0\0INVALIDVERSION"];
        let mut stream = TcpStream::connect(server.address())
            .await
            .expect("a server");
        exchange(&mut stream, &sent, &expected).await;
    }
    assert!(server.online_users().await.is_empty());
}

#[tokio::test]
async fn d11_the_server_ignores_status_0() {
    let server = server().await;
    let mut stream = TcpStream::connect(server.address())
        .await
        .expect("a server");
    let sent = [&login(7)[..], b"\x05\0\0\0alice", b"\x02\0\0\0pw", VERSION];
    // Success, no greeting, 127.0.0.1, the MD5 of the password, no supporter.
    let hash = b"\x20\0\0\x008fe4c11451281c094a6578e6ddbf5eed";
    let expected = [
        &b"\x32\0\0\0\x01\0\0\0\x01\0\0\0\0\x01\0\0\x7F"[..],
        hash,
        b"\0",
    ];
    exchange(&mut stream, &sent, &expected).await;
    // Rooms, speed and ratio of parents, wishes, privileged users, phrases.
    let pushed = [
        &b"\x20\0\0\0\x40\0\0\0"[..],
        &[0; 28],
        b"\x08\0\0\0\x53\0\0\0\x01\0\0\0",
        b"\x08\0\0\0\x54\0\0\0\x32\0\0\0",
        b"\x08\0\0\0\x68\0\0\0\xD0\x02\0\0",
    ];
    exchange(&mut stream, &[], &pushed).await;
    let pushed = [
        &b"\x08\0\0\0\x45\0\0\0\0\0\0\0"[..],
        b"\x08\0\0\0\xA0\0\0\0\0\0\0\0",
    ];
    exchange(&mut stream, &[], &pushed).await;

    let status = |status: u8| [8, 0, 0, 0, 28, 0, 0, 0, status, 0, 0, 0];
    let ask = b"\x0D\0\0\0\x07\0\0\0\x05\0\0\0alice";
    let away = b"\x12\0\0\0\x07\0\0\0\x05\0\0\0alice\x01\0\0\0\0";
    exchange(&mut stream, &[&status(1), &status(0), ask], &[away]).await;
}
