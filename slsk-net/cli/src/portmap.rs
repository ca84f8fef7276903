//! `slsk portmap`: whether the router passes connections on, and how it wants to be asked.

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddrV4, TcpListener};
use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};
use slsk_net::portmap::{Mapped, MappingError, MappingProtocol, PortMapping};

use crate::render::printable;

/// What `slsk portmap` takes.
#[derive(Debug, Args)]
pub(crate) struct PortmapArgs {
    /// Ask this router instead of the default gateway.
    #[arg(long, value_name = "ADDRESS")]
    gateway: Option<Ipv4Addr>,
    /// Ask for this port; a free one of this machine without it. A mapping of this port that there is already ends.
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// Wait so long for each answer.
    #[arg(long, value_name = "SECONDS", default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..=60))]
    timeout: u64,
    /// Show a JSON object for each protocol.
    #[arg(long)]
    json: bool,
}

/// What one protocol has brought.
struct Outcome {
    protocol: MappingProtocol,
    mapped: Result<Mapped, MappingError>,
    /// Why the mapping is still there.
    left: Option<MappingError>,
}

/// Tries one protocol after the other. Returns whether one works.
pub(crate) fn run(args: &PortmapArgs, out: &mut impl Write) -> io::Result<bool> {
    // Held until the end, so that nothing else gets the port that the router knows.
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0))?;
    let port = match args.port {
        Some(port) => port,
        None => listener.local_addr()?.port(),
    };
    let internal = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, port);
    let settings = PortMapping {
        gateway: args.gateway,
        timeout: Duration::from_secs(args.timeout),
        ..PortMapping::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut works = false;
    for protocol in MappingProtocol::ALL {
        let outcome = runtime.block_on(attempt(&settings, protocol, internal));
        works |= outcome.mapped.is_ok();
        if args.json {
            writeln!(out, "{}", outcome.json())?;
        } else {
            writeln!(out, "{:<8}  {}", protocol.name(), outcome.line())?;
        }
        out.flush()?;
    }
    Ok(works)
}

async fn attempt(
    settings: &PortMapping,
    protocol: MappingProtocol,
    internal: SocketAddrV4,
) -> Outcome {
    match settings.map(protocol, internal).await {
        Err(error) => Outcome {
            protocol,
            mapped: Err(error),
            left: None,
        },
        Ok(lease) => {
            let mapped = *lease.mapped();
            let removed = tokio::time::timeout(settings.timeout, lease.remove()).await;
            let late = |_| MappingError::NoAnswer {
                protocol,
                problem: "it takes too long".to_owned(),
            };
            Outcome {
                protocol,
                mapped: Ok(mapped),
                left: removed.map_err(late).and_then(|removed| removed).err(),
            }
        }
    }
}

impl Outcome {
    fn line(&self) -> String {
        let mapped = match &self.mapped {
            Ok(mapped) => mapped,
            Err(error) => return format!("no: {}", printable(&error.to_string())),
        };
        let (address, port) = mapped.external;
        let address = address.map_or_else(|| "?".to_owned(), |address| address.to_string());
        let lease = match mapped.lease.as_secs() {
            0 => "for ever".to_owned(),
            seconds => format!("for {seconds} s"),
        };
        let end = match &self.left {
            None => "removed again".to_owned(),
            Some(error) => format!("NOT removed: {}", printable(&error.to_string())),
        };
        format!(
            "yes: {address}:{port} leads to {}, {lease}; {end}",
            mapped.internal
        )
    }

    fn json(&self) -> Value {
        let protocol = self.protocol.name();
        match &self.mapped {
            Err(error) => {
                json!({ "protocol": protocol, "works": false, "problem": error.to_string() })
            }
            Ok(mapped) => json!({
                "protocol": protocol,
                "works": true,
                "address": mapped.external.0,
                "port": mapped.external.1,
                "internal": mapped.internal,
                "lease": mapped.lease.as_secs(),
                "removed": self.left.is_none(),
            }),
        }
    }
}
