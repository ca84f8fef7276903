//! `spec/guide/login.md`

use std::net::Ipv4Addr;

use slsk_wire::server::{
    ChangePassword, LoginRefusal, LoginResponse, ObfuscationType, PingRequest, PingResponse,
    ServerRequest, ServerResponse, SetListenPort,
};

use super::{bytes, read, refuse, unframe, written};

/// The MD5 of `pw`.
const HASH: &str = "20000000 '8fe4c11451281c094a6578e6ddbf5eed'";

#[test]
fn d1_an_accepted_login_has_four_fields() {
    let start = "01 02000000 'hi' 0b00007f";
    let all: LoginResponse = read(1, &format!("{start} {HASH} 01"));
    assert!(all.success);
    assert_eq!(all.greeting, Some("hi".into()));
    assert_eq!(all.ip, Some(Ipv4Addr::new(127, 0, 0, 11)));
    assert_eq!(all.is_supporter, Some(true));
    // Servers of 2003 end earlier.
    let old: LoginResponse = read(1, start);
    assert_eq!((old.password_md5, old.is_supporter), (None, None));
    let old: LoginResponse = read(1, &format!("{start} {HASH}"));
    assert_eq!(
        (old.password_md5, old.is_supporter),
        (all.password_md5, None)
    );

    let ours = LoginResponse::accepted("hi", Ipv4Addr::new(127, 0, 0, 11), "pw");
    assert_eq!(written(1, &ours), bytes(&format!("{start} {HASH} 00")));
}

#[test]
fn d2_a_refused_login_may_have_an_explanation() {
    let short: LoginResponse = read(1, "00 0b000000 'INVALIDPASS'");
    assert_eq!(short.reason, Some(LoginRefusal::InvalidPassword));
    assert_eq!(short.detail, None);
    let long: LoginResponse = read(1, "00 0f000000 'INVALIDUSERNAME' 0e000000 'Nick too long.'");
    assert_eq!(long.reason, Some(LoginRefusal::InvalidUsername));
    assert_eq!(long.detail, Some("Nick too long.".into()));
    let new: LoginResponse = read(1, "00 06000000 'TOOBAD'");
    assert_eq!(new.reason, Some(LoginRefusal::Other("TOOBAD".into())));

    let ours = LoginResponse::rejected(LoginRefusal::InvalidPassword);
    assert_eq!(written(1, &ours), bytes("00 0b000000 'INVALIDPASS'"));
}

#[test]
fn d3_a_listen_port_has_one_or_three_fields() {
    let plain: SetListenPort = read(2, "ba080000");
    assert_eq!(plain, SetListenPort::new(2234));
    let both: SetListenPort = read(2, "60ea0000 01000000 61ea0000");
    assert_eq!(both.port, 60000);
    assert_eq!(both.obfuscation_type, Some(ObfuscationType::Rotated));
    assert_eq!(both.obfuscated_port, Some(60001));
    // The second field is a type: what is neither 0 nor 1 is another type, and no number of ports.
    let other: SetListenPort = read(2, "60ea0000 02000000 61ea0000");
    assert_eq!(other.obfuscation_type, Some(ObfuscationType::Other(2)));

    assert_eq!(written(2, &SetListenPort::new(2234)), bytes("ba080000"));
}

/// That we do not wait for the echo: `tests/sim`, where no server echoes and sessions stay.
#[test]
fn d12_a_ping_may_be_echoed() {
    let ping: ServerRequest = unframe("04000000 20000000");
    assert_eq!(ping, PingRequest.into());
    let echo: ServerResponse = unframe("04000000 20000000");
    assert_eq!(echo, PingResponse.into());
}

/// Open: our server does not change passwords yet.
#[test]
fn d27_a_new_password_comes_back() {
    let frame = "0b000000 8e000000 03000000 'new'";
    let password = "new".into();
    let asked: ServerRequest = unframe(frame);
    let changed = ChangePassword { password };
    assert_eq!(asked, changed.clone().into());
    let answered: ServerResponse = unframe(frame);
    assert_eq!(answered, changed.into());
}

/// What our server says: the test of this name in `tests/net`.
#[test]
fn d50_a_name_and_a_password_may_be_missing_in_two_ways() {
    let name: LoginResponse = read(1, "00 0f000000 'INVALIDUSERNAME' 0b000000 'Nick empty.'");
    assert_eq!(name.reason, Some(LoginRefusal::InvalidUsername));
    let password: LoginResponse = read(1, "00 0d000000 'EMPTYPASSWORD'");
    assert_eq!(password.reason, Some(LoginRefusal::EmptyPassword));
    let version: LoginResponse = read(1, "00 0e000000 'INVALIDVERSION'");
    assert_eq!(version.reason, Some(LoginRefusal::InvalidVersion));
    assert_eq!(refuse::<LoginResponse>(1, "00").path.to_string(), "reason");
}
