use bytes::Bytes;

use super::*;
use crate::capture::{Content, Segment, Side};

fn ip(host: u8) -> IpAddr {
    [10, 0, 0, host].into()
}

fn request(time: u64, asker_place: Place, asked_ip: Option<IpAddr>) -> Request {
    Request {
        kind: ConnectionKind::Peer,
        asker: Name::Unknown,
        asked: Name::Unknown,
        time: Duration::from_secs(time),
        asker_place,
        asked_ip,
    }
}

fn connection(time: u64, from: u8, to: u8, port: u16) -> Connection {
    Connection {
        initiator: (ip(from), 9).into(),
        acceptor: (ip(to), port).into(),
        opened: true,
        segments: vec![Segment {
            time: Duration::from_secs(time),
            from: Side::Initiator,
            content: Content::Data(Bytes::from_static(b"x")),
        }],
    }
}

/// What [`Requests::find`] means: the last of the best of all.
fn best(requests: &[Request], connection: &Connection) -> Option<usize> {
    let began = connection.segments[0].time;
    let score = |request: &Request| {
        (
            request.asker_place.is(connection.acceptor),
            request.asked_ip == Some(connection.initiator.ip()),
            request.time <= began,
            Reverse(request.time.abs_diff(began)),
        )
    };
    (0..requests.len()).max_by_key(|&place| score(&requests[place]))
}

#[test]
fn the_best_of_all_is_found() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |below: u8| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        u8::try_from(state % u64::from(below)).unwrap()
    };
    for _ in 0..500 {
        let mut requests = Requests::default();
        let mut of_token = [Vec::new(), Vec::new()];
        for _ in 0..random(20) {
            let token = random(2);
            let time = random(8).into();
            let port = |number| [0, 1, 2, 65_536 + 1][usize::from(number)];
            let new = if random(2) == 0 {
                request(time, Place::Ip(ip(random(3))), None)
            } else {
                let obfuscated = Some(port(random(4))).filter(|port| *port != 0);
                let address = [10, 0, 0, random(3)].into();
                let place = Place::Ports(address, port(random(4)), obfuscated);
                request(time, place, Some(ip(random(3))))
            };
            of_token[usize::from(token)].push((requests.list.len(), new.clone()));
            requests.add(token.into(), new);
        }
        for token in 0..2_u8 {
            let (places, list): (Vec<_>, Vec<_>) =
                of_token[usize::from(token)].iter().cloned().unzip();
            for _ in 0..20 {
                let port = u16::from(random(3));
                let connection = connection(random(8).into(), random(3), random(3), port);
                let expected = best(&list, &connection).map(|place| places[place]);
                let found = requests.find(&connection, token.into());
                let found = found.map(|found| {
                    let mut all = requests.list.iter();
                    all.position(|request| std::ptr::eq(request, found))
                });
                assert_eq!(found.flatten(), expected, "{list:?} {connection:?}");
            }
        }
    }
}

/// Takes an hour if each is compared with each.
#[test]
fn many_with_one_token_are_found_in_time() {
    const MANY: u64 = 100_000;
    let mut requests = Requests::default();
    for time in 0..MANY {
        let place = Place::Ports([10, 0, 0, 1].into(), 1, None);
        requests.add(7, request(time, place, Some(ip(2))));
    }
    for time in 0..MANY {
        let found = requests.find(&connection(time, 2, 1, 1), 7).unwrap();
        assert_eq!(found.time, Duration::from_secs(time));
    }
}
