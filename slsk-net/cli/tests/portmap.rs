//! `slsk portmap` with a router on loopback.

#![allow(missing_docs, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "../../../tests/net/gateway.rs"]
mod gateway;

use std::net::SocketAddrV4;
use std::process::Output;

use gateway::{Change, Gateway, Manners};
use serde_json::{Value, json};

/// Runs `slsk portmap` against a router, beside which the test goes on.
async fn portmap(ip: std::net::Ipv4Addr, more: &[&str]) -> Output {
    tokio::process::Command::new(env!("CARGO_BIN_EXE_slsk"))
        .args(["portmap", "--timeout", "1", "--gateway", &ip.to_string()])
        .args(more)
        .output()
        .await
        .expect("the program")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("text")
}

#[tokio::test]
async fn it_says_which_protocols_work_and_takes_everything_back() {
    let manners = Manners {
        nat_pmp: true,
        igd: true,
        taken: vec![2234],
        ..Manners::default()
    };
    let mut gateway = Gateway::start([127, 0, 6, 1], manners).await;
    let output = portmap(gateway.ip, &["--port", "2234", "--json"]).await;
    assert!(output.status.success(), "{}", text(&output.stderr));
    let lines: Vec<Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let [pcp, nat_pmp, igd] = &lines[..] else {
        panic!("{lines:?}");
    };
    assert_eq!(
        (&pcp["protocol"], &pcp["works"]),
        (&json!("PCP"), &json!(false))
    );
    // The way to 127.0.6.1 is through 127.0.0.1.
    let internal = SocketAddrV4::new([127, 0, 0, 1].into(), 2234);
    let expected = json!({
        "protocol": "NAT-PMP",
        "works": true,
        "address": gateway::EXTERNAL,
        "port": 40000,
        "internal": internal,
        "lease": 3600,
        "removed": true,
    });
    assert_eq!(*nat_pmp, expected);
    assert_eq!(
        (&igd["protocol"], &igd["works"]),
        (&json!("UPnP-IGD"), &json!(true))
    );
    assert_eq!((&igd["lease"], &igd["removed"]), (&json!(0), &json!(true)));
    assert_eq!(gateway.change().await, Change::Added(40000));
    assert_eq!(gateway.change().await, Change::Removed(40000));
    assert_eq!(gateway.mapped(), []);
    let output = portmap(gateway.ip, &[]).await;
    assert!(output.status.success());
    let lines: Vec<&str> = text(&output.stdout).lines().collect();
    assert!(lines[0].starts_with("PCP       no: "), "{lines:?}");
    assert!(
        lines[1].starts_with("NAT-PMP   yes: 203.0.113.7:"),
        "{lines:?}"
    );
    assert!(lines[2].ends_with("for ever; removed again"), "{lines:?}");
}

#[tokio::test]
async fn it_fails_where_no_router_answers() {
    let output = portmap([127, 0, 6, 2].into(), &[]).await;
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stdout);
    assert_eq!(told.matches(" no: ").count(), 3);
    assert!(!told.contains("PCP(") && !told.contains('{'), "{told}");
    let error = text(&output.stderr);
    assert_eq!(error, "slsk: portmap: no protocol works\n");
}
