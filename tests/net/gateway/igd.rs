//! UPnP: being found, and being asked in XML over HTTP.

use std::net::{SocketAddr, SocketAddrV4};
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream, UdpSocket};

use super::{EXTERNAL, Table};

pub(super) const SSDP_PORT: u16 = 1900;

const DEVICE: &str = r#"<?xml version="1.0"?>
<root xmlns="urn:schemas-upnp-org:device-1-0"><device>
<deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:1</deviceType>
<deviceList><device>
<deviceType>urn:schemas-upnp-org:device:WANDevice:1</deviceType>
<deviceList><device>
<deviceType>urn:schemas-upnp-org:device:WANConnectionDevice:1</deviceType>
<serviceList><service>
<serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>
<serviceId>urn:upnp-org:serviceId:WANIPConn1</serviceId>
<SCPDURL>/actions.xml</SCPDURL><controlURL>/control</controlURL><eventSubURL>/events</eventSubURL>
</service></serviceList>
</device></deviceList>
</device></deviceList>
</device></root>"#;

/// The actions, each with what it takes.
const ACTIONS: [(&str, &[&str]); 3] = [
    ("GetExternalIPAddress", &[]),
    (
        "AddPortMapping",
        &[
            "NewRemoteHost",
            "NewExternalPort",
            "NewProtocol",
            "NewInternalPort",
            "NewInternalClient",
            "NewEnabled",
            "NewPortMappingDescription",
            "NewLeaseDuration",
        ],
    ),
    (
        "DeletePortMapping",
        &["NewRemoteHost", "NewExternalPort", "NewProtocol"],
    ),
];

/// Answers those who look for a router.
pub(super) async fn discovery(socket: UdpSocket, http: SocketAddr) {
    let mut buffer = [0; 2048];
    loop {
        let (count, from) = socket.recv_from(&mut buffer).await.expect("a datagram");
        if !buffer[..count].starts_with(b"M-SEARCH") {
            continue;
        }
        let answer = format!(
            "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=60\r\nEXT:\r\n\
            ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n\
            USN: uuid:slsk-test::urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n\
            LOCATION: http://{http}/device.xml\r\n\r\n"
        );
        socket
            .send_to(answer.as_bytes(), from)
            .await
            .expect("an answer");
    }
}

/// Answers HTTP, one request for each connection.
pub(super) async fn control(listener: TcpListener, table: Arc<Table>) {
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        serve(stream, &table).await;
    }
}

async fn serve(stream: TcpStream, table: &Table) {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await.expect("a request") == 0 {
            return;
        }
    }
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse().expect("a length"))
    });
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await.expect("a body");
    let body = String::from_utf8(body).expect("text");
    let (status, answer) = match head.split(' ').nth(1) {
        Some("/device.xml") => ("200 OK", DEVICE.to_owned()),
        Some("/actions.xml") => ("200 OK", actions()),
        Some("/control") => act(&body, table),
        _ => ("404 Not Found", String::new()),
    };
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/xml\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{answer}",
        answer.len()
    );
    stream
        .write_all(answer.as_bytes())
        .await
        .expect("an answer");
}

fn actions() -> String {
    let actions = ACTIONS.map(|(name, arguments)| {
        let arguments = arguments.iter().map(|argument| {
            format!("<argument><name>{argument}</name><direction>in</direction></argument>")
        });
        let arguments: String = arguments.collect();
        format!("<action><name>{name}</name><argumentList>{arguments}</argumentList></action>")
    });
    let actions = actions.concat();
    format!(
        "<?xml version=\"1.0\"?><scpd xmlns=\"urn:schemas-upnp-org:service-1-0\"><actionList>{actions}</actionList></scpd>"
    )
}

/// The text of an element.
fn value<'a>(body: &'a str, name: &str) -> &'a str {
    let (_, rest) = body.split_once(&format!("<{name}>")).expect("an argument");
    rest.split_once("</").expect("its end").0
}

fn act(body: &str, table: &Table) -> (&'static str, String) {
    let (name, answer) = if body.contains("GetExternalIPAddress") {
        let answer = format!("<NewExternalIPAddress>{EXTERNAL}</NewExternalIPAddress>");
        ("GetExternalIPAddress", answer)
    } else if body.contains("AddPortMapping") {
        let external = value(body, "NewExternalPort").parse().expect("a port");
        let internal = value(body, "NewInternalPort").parse().expect("a port");
        let client = value(body, "NewInternalClient")
            .parse()
            .expect("an address");
        let lease: u32 = value(body, "NewLeaseDuration").parse().expect("seconds");
        let to = SocketAddrV4::new(client, internal);
        if table.is_taken(external, to) {
            return fault(718, "ConflictInMappingEntry");
        }
        // This one knows no leases, as many.
        if lease != 0 {
            return fault(725, "OnlyPermanentLeasesSupported");
        }
        table.add(to, external);
        ("AddPortMapping", String::new())
    } else {
        let external = value(body, "NewExternalPort").parse().expect("a port");
        if !table.remove_external(external) {
            return fault(714, "NoSuchEntryInArray");
        }
        ("DeletePortMapping", String::new())
    };
    let answer = format!(
        "<?xml version=\"1.0\"?>\
        <s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
        <u:{name}Response xmlns:u=\"urn:schemas-upnp-org:service:WANIPConnection:1\">{answer}</u:{name}Response>\
        </s:Body></s:Envelope>"
    );
    ("200 OK", answer)
}

fn fault(code: u16, problem: &str) -> (&'static str, String) {
    let answer = format!(
        "<?xml version=\"1.0\"?>\
        <s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault>\
        <faultcode>s:Client</faultcode><faultstring>UPnPError</faultstring><detail>\
        <UPnPError xmlns=\"urn:schemas-upnp-org:control-1-0\">\
        <errorCode>{code}</errorCode><errorDescription>{problem}</errorDescription></UPnPError>\
        </detail></s:Fault></s:Body></s:Envelope>"
    );
    ("500 Internal Server Error", answer)
}
