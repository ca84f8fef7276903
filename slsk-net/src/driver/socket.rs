//! Sockets, made as the settings want them.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};

use fast_socks5::client::{Config, Socks5Stream};
use fast_socks5::util::target_addr::TargetAddr;
use fast_socks5::{AuthenticationMethod, Socks5Command};
use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::client::{Keepalive, Proxy};

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 1024;
/// How long a name or a password for a proxy may be, in bytes: one byte tells it.
const MAX_CREDENTIAL: usize = 255;

/// How sockets are made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sockets {
    /// Where our connections come from; `None` leaves it to the system.
    pub(crate) local: Option<IpAddr>,
    /// The network interface that all goes through.
    pub(crate) interface: Option<String>,
    pub(crate) keepalive: Option<Keepalive>,
    pub(crate) proxy: Option<Proxy>,
    /// The server: of a connection to it we must know soon that it is dead, even while we send.
    pub(crate) server: Option<SocketAddr>,
}

impl Sockets {
    /// Listens; port 0 takes a free one.
    pub(crate) fn listen(&self, address: SocketAddr) -> io::Result<TcpListener> {
        let socket = self.socket(address.ip())?;
        // Elsewhere it would take a port away from whoever has it.
        #[cfg(unix)]
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    }

    /// Connects, through the proxy if there is one.
    pub(crate) async fn dial(&self, address: SocketAddr) -> io::Result<TcpStream> {
        let Some(proxy) = &self.proxy else {
            return self.connect(address, address).await;
        };
        let stream = self.connect(proxy.address, address).await?;
        through(proxy, stream, address).await
    }

    /// Makes an accepted connection like the others. What fails here fails again when it is used.
    pub(crate) fn adopt(&self, stream: &TcpStream) {
        // Without it small messages wait for the answer to earlier ones.
        let _ = stream.set_nodelay(true);
        let _ = self.keep_alive(&SockRef::from(stream));
    }

    /// Connects to an address, from where it goes on to another one behind a proxy.
    async fn connect(&self, address: SocketAddr, behind: SocketAddr) -> io::Result<TcpStream> {
        let socket = self.socket(address.ip())?;
        if let Some(local) = self.local_for(address.ip())? {
            socket.bind(SocketAddr::new(local, 0))?;
        }
        socket.set_nodelay(true)?;
        let options = SockRef::from(&socket);
        self.keep_alive(&options)?;
        #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
        if self.server == Some(behind) {
            options.set_tcp_user_timeout(self.keepalive.map(|keepalive| keepalive.longest()))?;
        }
        socket.connect(address).await
    }

    /// The address to dial from. One that can't reach the other kind of address is an error: a connection from
    /// elsewhere is what the owner does not want.
    fn local_for(&self, remote: IpAddr) -> io::Result<Option<IpAddr>> {
        match self.local {
            Some(local) if local.is_ipv4() == remote.is_ipv4() => Ok(Some(local)),
            Some(local) if !(local.is_loopback() && remote.is_loopback()) => Err(io::Error::new(
                ErrorKind::AddrNotAvailable,
                format!("{remote} can't be reached from {local}"),
            )),
            _ => Ok(None),
        }
    }

    fn socket(&self, ip: IpAddr) -> io::Result<TcpSocket> {
        let socket = if ip.is_ipv4() {
            TcpSocket::new_v4()
        } else {
            TcpSocket::new_v6()
        }?;
        if let Some(interface) = &self.interface {
            bind_device(&socket, interface)?;
        }
        Ok(socket)
    }

    fn keep_alive(&self, socket: &SockRef<'_>) -> io::Result<()> {
        let Some(keepalive) = self.keepalive else {
            return Ok(());
        };
        let settings = TcpKeepalive::new()
            .with_time(keepalive.idle)
            .with_interval(keepalive.interval)
            .with_retries(keepalive.count);
        socket.set_tcp_keepalive(&settings)
    }
}

#[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
fn bind_device(socket: &TcpSocket, interface: &str) -> io::Result<()> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{interface}: {error}"));
    socket
        .bind_device(Some(interface.as_bytes()))
        .map_err(named)
}

#[cfg(not(any(target_os = "android", target_os = "fuchsia", target_os = "linux")))]
fn bind_device(_socket: &TcpSocket, interface: &str) -> io::Result<()> {
    let problem = format!("{interface}: this system can't tie a connection to an interface");
    Err(io::Error::new(ErrorKind::Unsupported, problem))
}

/// Asks a proxy for a connection.
async fn through(proxy: &Proxy, stream: TcpStream, to: SocketAddr) -> io::Result<TcpStream> {
    let failed = |error: String| {
        let problem = format!("the proxy {}: {error}", proxy.address);
        io::Error::new(ErrorKind::ConnectionRefused, problem)
    };
    let authentication = match &proxy.credentials {
        None => None,
        Some((username, password)) => {
            let password = password.reveal().to_str().into_owned();
            if username.len().max(password.len()) > MAX_CREDENTIAL {
                return Err(failed("a name or password that is too long".to_owned()));
            }
            Some(AuthenticationMethod::Password {
                username: username.clone(),
                password,
            })
        }
    };
    let mut connection = Socks5Stream::use_stream(stream, authentication, Config::default())
        .await
        .map_err(|error| failed(error.to_string()))?;
    connection
        .request(Socks5Command::TCPConnect, TargetAddr::Ip(to))
        .await
        .map_err(|error| failed(error.to_string()))?;
    Ok(connection.get_socket())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    async fn pair(sockets: &Sockets) -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let sockets = Sockets {
            server: sockets.server.map(|_| address),
            ..sockets.clone()
        };
        let (dialled, accepted) = tokio::join!(sockets.dial(address), listener.accept());
        let accepted = accepted.unwrap().0;
        sockets.adopt(&accepted);
        (dialled.unwrap(), accepted)
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn every_connection_is_kept_alive_and_that_to_the_server_ends_in_time() {
        let keepalive = Keepalive {
            idle: Duration::from_secs(11),
            interval: Duration::from_secs(3),
            count: 4,
        };
        for server in [None, Some("127.0.0.1:1".parse().unwrap())] {
            let sockets = Sockets {
                keepalive: Some(keepalive),
                server,
                ..Sockets::default()
            };
            let (dialled, accepted) = pair(&sockets).await;
            for stream in [&dialled, &accepted] {
                let socket = SockRef::from(stream);
                assert!(socket.keepalive().unwrap() && stream.nodelay().unwrap());
                assert_eq!(socket.tcp_keepalive_time().unwrap(), keepalive.idle);
                assert_eq!(socket.tcp_keepalive_interval().unwrap(), keepalive.interval);
                assert_eq!(socket.tcp_keepalive_retries().unwrap(), 4);
            }
            let limit = SockRef::from(&dialled).tcp_user_timeout().unwrap();
            assert_eq!(limit, server.map(|_| Duration::from_secs(23)));
        }
    }

    #[tokio::test]
    async fn keepalive_can_be_left_to_the_system() {
        let (dialled, accepted) = pair(&Sockets::default()).await;
        for stream in [dialled, accepted] {
            assert!(!SockRef::from(&stream).keepalive().unwrap());
        }
    }

    #[tokio::test]
    async fn an_address_that_does_not_reach_the_other_is_not_left_for_another() {
        let sockets = Sockets {
            local: Some("2001:db8::1".parse().unwrap()),
            ..Sockets::default()
        };
        let error = sockets.dial("127.0.0.1:9".parse().unwrap()).await;
        assert_eq!(error.unwrap_err().kind(), ErrorKind::AddrNotAvailable);
    }
}
