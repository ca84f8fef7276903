//! A small router on loopback that maps ports by PCP, NAT-PMP and UPnP-IGD, and tells what it is asked.

#[path = "gateway/igd.rs"]
mod igd;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::sync::{Arc, Mutex};

use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Where PCP and NAT-PMP are spoken.
const PORT: u16 = 5351;
/// The router's own address in the internet.
pub(crate) const EXTERNAL: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 7);

/// What a router speaks and does.
#[derive(Clone, Debug)]
pub(crate) struct Manners {
    pub(crate) pcp: bool,
    pub(crate) nat_pmp: bool,
    pub(crate) igd: bool,
    /// How long a mapping holds at most, in seconds.
    pub(crate) longest_lease: u32,
    /// External ports that others have.
    pub(crate) taken: Vec<u16>,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            pcp: false,
            nat_pmp: false,
            igd: false,
            longest_lease: 3600,
            taken: Vec::new(),
        }
    }
}

/// What has been done with a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Added(u16),
    Renewed(u16),
    Removed(u16),
}

/// A running router.
pub(crate) struct Gateway {
    pub(crate) ip: Ipv4Addr,
    table: Arc<Table>,
    pub(crate) changes: mpsc::UnboundedReceiver<Change>,
    _tasks: JoinSet<()>,
}

/// What is mapped, by external port.
struct Table {
    manners: Manners,
    mapped: Mutex<BTreeMap<u16, SocketAddrV4>>,
    changes: mpsc::UnboundedSender<Change>,
}

impl Gateway {
    /// A router at an address of its own.
    pub(crate) async fn start(ip: [u8; 4], manners: Manners) -> Self {
        let ip = Ipv4Addr::from(ip);
        let (sender, changes) = mpsc::unbounded_channel();
        let table = Arc::new(Table {
            manners,
            mapped: Mutex::default(),
            changes: sender,
        });
        let mut tasks = JoinSet::new();
        if table.manners.pcp || table.manners.nat_pmp {
            let socket = UdpSocket::bind((ip, PORT)).await.expect("the port");
            tasks.spawn(datagrams(socket, Arc::clone(&table)));
        }
        if table.manners.igd {
            let ssdp = UdpSocket::bind((ip, igd::SSDP_PORT))
                .await
                .expect("the port");
            let http = TcpListener::bind((ip, 0)).await.expect("a port");
            let address = http.local_addr().expect("an address");
            tasks.spawn(igd::discovery(ssdp, address));
            tasks.spawn(igd::control(http, Arc::clone(&table)));
        }
        Self {
            ip,
            table,
            changes,
            _tasks: tasks,
        }
    }

    /// What is mapped now: external ports and where they lead.
    pub(crate) fn mapped(&self) -> Vec<(u16, SocketAddrV4)> {
        let mapped = self.table.mapped.lock().expect("no panic");
        mapped.iter().map(|(port, to)| (*port, *to)).collect()
    }

    pub(crate) async fn change(&mut self) -> Change {
        self.changes.recv().await.expect("a running router")
    }
}

impl Table {
    /// Maps a port to one of a client, the wanted one if it is free.
    fn add(&self, to: SocketAddrV4, wanted: u16) -> u16 {
        let mut mapped = self.mapped.lock().expect("no panic");
        let ours = mapped.iter().find(|(_, old)| **old == to);
        let (port, change) = if let Some((port, _)) = ours {
            (*port, Change::Renewed(*port))
        } else {
            let is_free =
                |port: &u16| !self.manners.taken.contains(port) && !mapped.contains_key(port);
            let port = Some(wanted).filter(|port| *port != 0 && is_free(port));
            let port = port
                .or_else(|| (40000..=u16::MAX).find(is_free))
                .expect("a port");
            (port, Change::Added(port))
        };
        mapped.insert(port, to);
        // The test may not listen.
        let _ = self.changes.send(change);
        port
    }

    fn is_taken(&self, port: u16, by: SocketAddrV4) -> bool {
        let mapped = self.mapped.lock().expect("no panic");
        self.manners.taken.contains(&port) || mapped.get(&port).is_some_and(|to| *to != by)
    }

    /// Takes back what leads to a port of a client.
    fn remove(&self, to: SocketAddrV4) {
        let mut mapped = self.mapped.lock().expect("no panic");
        let ports: Vec<u16> = mapped
            .iter()
            .filter(|(_, old)| **old == to)
            .map(|(port, _)| *port)
            .collect();
        for port in ports {
            mapped.remove(&port);
            let _ = self.changes.send(Change::Removed(port));
        }
    }

    fn remove_external(&self, port: u16) -> bool {
        let removed = self
            .mapped
            .lock()
            .expect("no panic")
            .remove(&port)
            .is_some();
        let _ = self.changes.send(Change::Removed(port));
        removed
    }

    fn lease(&self, wanted: u32) -> u32 {
        wanted.min(self.manners.longest_lease)
    }
}

/// Answers PCP and NAT-PMP.
async fn datagrams(socket: UdpSocket, table: Arc<Table>) {
    let mut buffer = [0; 1100];
    loop {
        let (count, from) = socket.recv_from(&mut buffer).await.expect("a datagram");
        let std::net::SocketAddr::V4(from) = from else {
            continue;
        };
        let asked = &buffer[..count];
        let answer = match asked {
            [0, ..] if table.manners.nat_pmp => nat_pmp(asked, *from.ip(), &table),
            [2, ..] if table.manners.pcp => pcp(asked, *from.ip(), &table),
            // An older router says which version it would understand.
            [2, operation, ..] if table.manners.nat_pmp => {
                vec![0, operation | 0x80, 0, 1, 0, 0, 0, 1]
            }
            _ => continue,
        };
        socket.send_to(&answer, from).await.expect("an answer");
    }
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    bytes[at..at + N].try_into().expect("enough bytes")
}

fn nat_pmp(asked: &[u8], from: Ipv4Addr, table: &Table) -> Vec<u8> {
    // Answers begin with version, operation, success and the time since the start.
    let mut answer = vec![0, asked[1] | 0x80, 0, 0, 0, 0, 0, 1];
    if asked[1] == 0 {
        answer.extend(EXTERNAL.octets());
        return answer;
    }
    assert_eq!(asked[1], 2, "TCP");
    let internal = u16::from_be_bytes(number(asked, 4));
    let wanted = u16::from_be_bytes(number(asked, 6));
    let lease = table.lease(u32::from_be_bytes(number(asked, 8)));
    let to = SocketAddrV4::new(from, internal);
    let external = if lease == 0 {
        table.remove(to);
        0
    } else {
        table.add(to, wanted)
    };
    answer.extend(internal.to_be_bytes());
    answer.extend(external.to_be_bytes());
    answer.extend(lease.to_be_bytes());
    answer
}

fn pcp(asked: &[u8], from: Ipv4Addr, table: &Table) -> Vec<u8> {
    assert_eq!((asked[1], asked[36]), (1, 6), "MAP of TCP");
    assert_eq!(
        number(asked, 8),
        from.to_ipv6_mapped().octets(),
        "the client"
    );
    let lease = table.lease(u32::from_be_bytes(number(asked, 4)));
    let to = SocketAddrV4::new(from, u16::from_be_bytes(number(asked, 40)));
    let wanted = u16::from_be_bytes(number(asked, 42));
    let external = if lease == 0 {
        table.remove(to);
        wanted
    } else {
        table.add(to, wanted)
    };
    let mut answer = vec![2, 1 | 0x80, 0, 0];
    answer.extend(lease.to_be_bytes());
    answer.extend([0, 0, 0, 1]);
    answer.extend([0; 12]);
    // Nonce, protocol and internal port come back.
    answer.extend(&asked[24..42]);
    answer.extend(external.to_be_bytes());
    answer.extend(EXTERNAL.to_ipv6_mapped().octets());
    answer
}
