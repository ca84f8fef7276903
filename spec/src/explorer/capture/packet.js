// The headers of a packet, from the link layer up to TCP.

/** Of a link layer: where the ether type stands, where the packet behind it begins; or how many bytes precede it. */
const LINKS = {
  1: { typeAt: 12, packetAt: 14 }, // Ethernet
  113: { typeAt: 14, packetAt: 16 }, // Linux cooked
  276: { typeAt: 0, packetAt: 20 }, // Linux cooked, second version
  0: { bare: 4 }, // BSD loopback, in the host's byte order
  108: { bare: 4 }, // and in network byte order
  12: { bare: 0 },
  14: { bare: 0 },
  101: { bare: 0 },
  228: { bare: 0 },
  229: { bare: 0 },
};

const VLAN = [0x8100, 0x88a8, 0x9100];
const TCP = 6;
/** IPv6 headers with a length in units of eight bytes: hop-by-hop, routing, destination, mobility, HIP, shim6. */
const EXTENSIONS = [0, 43, 60, 135, 139, 140];

/** The TCP packet in a stored packet; null where it is something else. Throws for an unknown link type. */
function dissect({ link, data, wireLength }) {
  const layout = LINKS[link];
  if (!layout) throw new CaptureFault(`unsupported link type ${link}`);
  const at = networkAt(layout, data);
  if (at === null || at > data.length) return null;
  return transport(data.subarray(at), Math.max(0, wireLength - at));
}

function networkAt({ bare, typeAt, packetAt }, data) {
  if (bare !== undefined) return bare;
  const etherType = (at) => (at + 2 <= data.length ? (data[at] << 8) | data[at + 1] : -1);
  while (VLAN.includes(etherType(typeAt))) {
    typeAt = packetAt + 2;
    packetAt += 4;
  }
  return [0x0800, 0x86dd].includes(etherType(typeAt)) ? packetAt : null;
}

function transport(network, wireLength) {
  const { view } = bodyOf(network);
  const version = network.length > 0 ? network[0] >> 4 : 0;
  const ip = version === 4 ? ipv4(network, view) : version === 6 ? ipv6(network, view) : null;
  if (!ip || ip.protocol !== TCP) return null;
  const stored = network.length;
  const sent = ip.ownLength ?? Math.max(wireLength, stored);
  // What was stored and not sent is padding of the link layer.
  const tcp = network.subarray(ip.headerLength, Math.min(stored, Math.max(sent, ip.headerLength)));
  if (tcp.length < 20) return null;
  const headerLength = (tcp[12] >> 4) * 4;
  if (headerLength < 20 || headerLength > tcp.length) return null;
  const flags = tcp[13];
  if (flags & 4) return null;
  const payload = tcp.subarray(headerLength);
  const head = Math.max(0, Math.min(stored, sent) - payload.length);
  const number = bodyOf(tcp).view;
  return {
    source: { ip: ip.source, port: number.getUint16(0) },
    destination: { ip: ip.destination, port: number.getUint16(2) },
    sequence: number.getUint32(4),
    opening: flags & 2 ? (flags & 16 ? "answer" : "request") : null,
    fin: (flags & 1) !== 0,
    payload,
    length: Math.max(sent - head, payload.length),
  };
}

function ipv4(network, view) {
  if (network.length < 20) return null;
  const headerLength = (network[0] & 15) * 4;
  if (headerLength < 20 || headerLength > network.length) return null;
  const fragment = view.getUint16(6);
  if (fragment & 0x3fff) return null;
  const total = view.getUint16(2);
  const address = (at) => network.subarray(at, at + 4).join(".");
  return {
    protocol: network[9],
    headerLength,
    // 0 where the network card was to fill it in.
    ownLength: total >= headerLength ? total : null,
    source: address(12),
    destination: address(16),
  };
}

function ipv6(network, view) {
  if (network.length < 40) return null;
  let protocol = network[6];
  let at = 40;
  for (;;) {
    if (at + 8 > network.length) break;
    if (EXTENSIONS.includes(protocol)) {
      protocol = network[at];
      at += (network[at + 1] + 1) * 8;
    } else if (protocol === 51) {
      protocol = network[at];
      at += (network[at + 1] + 2) * 4;
    } else if (protocol === 44) {
      if (view.getUint16(at + 2) & 0xfff9) return null;
      protocol = network[at];
      at += 8;
    } else break;
  }
  if (at > network.length) return null;
  const length = view.getUint16(4);
  const address = (from) => ipv6Text(Array.from({ length: 8 }, (_, index) => view.getUint16(from + 2 * index)));
  return {
    protocol,
    headerLength: at,
    ownLength: length > 0 ? length + 40 : null,
    source: address(8),
    destination: address(24),
  };
}

/** The canonical text of an IPv6 address. */
function ipv6Text(words) {
  if (words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff) {
    return "::ffff:" + [words[6] >> 8, words[6] & 255, words[7] >> 8, words[7] & 255].join(".");
  }
  let best = { from: 0, length: 1 };
  for (let from = 0; from < 8; from += 1) {
    let length = 0;
    while (from + length < 8 && words[from + length] === 0) length += 1;
    if (length > best.length) best = { from, length };
  }
  const text = (part) => part.map((word) => word.toString(16)).join(":");
  if (best.length < 2) return text(words);
  return `${text(words.slice(0, best.from))}::${text(words.slice(best.from + best.length))}`;
}

/** An address as a text and as a key. */
function addressText({ ip, port }) {
  return ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`;
}
