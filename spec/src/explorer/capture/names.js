// Who is who, and what connections are for, as the server connections of a capture tell.

/** The address of the client on a server connection. */
const clientOf = (connection, plan) => connection[plan.client];

/** The messages on a server connection that can be decoded: `{ time, name, fields }`. */
function* toldMessages(decoder, events, wanted) {
  for (const event of events) {
    if (event.is !== "frame") continue;
    const decoded = decoder.decode(event.family, event.frame);
    if (decoded.problem || !wanted.includes(decoded.name)) continue;
    yield { time: event.time, name: decoded.name, fields: fieldsJson(decoded) };
  }
}

const userKey = (user) => (typeof user === "string" ? user : `$${user.$hex}`);

/** The users behind addresses. */
class Names {
  constructor(decoder) {
    this.decoder = decoder;
    this.listening = new Map();
    this.loggedIn = new Map();
    this.clients = new Map();
  }

  /** Takes in what a server connection tells. */
  learn(connection, plan, events) {
    const client = clientOf(connection, plan);
    const wanted = ["LoginRequest", "GetPeerAddressResponse", "IncomingConnectToPeer", "PossibleParents"];
    for (const { name, fields } of toldMessages(this.decoder, events, wanted)) {
      if (name === "LoginRequest") this.login(client, fields.username);
      else if (name === "PossibleParents") {
        for (const parent of fields.parents) this.listens(parent.username, parent.ip, [parent.port]);
      } else this.listens(fields.username, fields.ip, [fields.port, fields.obfuscated_port]);
    }
  }

  login(client, user) {
    const known = this.loggedIn.get(client.ip);
    // Several users behind one address are nobody.
    const same = known === undefined || (known && userKey(known.user) === userKey(user));
    this.loggedIn.set(client.ip, same ? { user } : null);
    this.clients.set(addressText(client), { user });
  }

  listens(user, ip, ports) {
    for (const port of ports) {
      if (port >= 1 && port <= 0xffff) this.listening.set(addressText({ ip, port }), { user });
    }
  }

  /** The user at an end of a connection between peers, or null. */
  of(address) {
    return this.listening.get(addressText(address)) ?? this.loggedIn.get(address.ip) ?? null;
  }

  /** Initiator and acceptor of a server connection. */
  atServer(connection, plan) {
    const user = this.clients.get(addressText(clientOf(connection, plan))) ?? null;
    const server = { server: true };
    return plan.client === "initiator" ? [user, server] : [server, user];
  }
}

/** The requests to be connected to: those who answer one say nothing but its token. */
class Requests {
  constructor(decoder) {
    this.decoder = decoder;
    this.list = [];
    this.places = new Map();
  }

  /** Takes in the requests on a server connection. */
  learn(connection, plan, events) {
    const client = clientOf(connection, plan);
    let us = null;
    const wanted = ["LoginRequest", "ConnectToPeer", "IncomingConnectToPeer"];
    for (const { time, name, fields } of toldMessages(this.decoder, events, wanted)) {
      if (name === "LoginRequest") {
        us = { user: fields.username };
        continue;
      }
      const { token, kind, username } = fields;
      const them = { user: username };
      if (name === "ConnectToPeer") {
        this.add(token, { kind, time, asker: us, asked: them, ip: client.ip, ports: null, askedIp: null });
      } else {
        const ports = [fields.port, fields.obfuscated_port].filter((port) => port !== null);
        this.add(token, { kind, time, asker: them, asked: us, ip: fields.ip, ports, askedIp: client.ip });
      }
    }
  }

  add(token, request) {
    const { ip, ports, askedIp } = request;
    const known = ports ? ports.filter((port) => port <= 0xffff).map((port) => `${ip}:${port}`) : [`${ip}:`];
    request.place = this.list.length;
    this.list.push(request);
    for (const asker of [...known, ""]) {
      for (const asked of askedIp === null ? [""] : ["", askedIp]) {
        const key = `${token} ${asker} ${asked}`;
        if (!this.places.has(key)) this.places.set(key, { sorted: true, requests: [] });
        const kept = this.places.get(key);
        kept.requests.push(request);
        kept.sorted = false;
      }
    }
  }

  /**
   * The request that `connection`, which begins with this token, answers. Tokens are small numbers of each client's
   * own, so others may have the same: addresses decide, then the time.
   */
  find(connection, token) {
    const began = connection.segments[0].time;
    const { acceptor, initiator } = connection;
    const askers = [`${acceptor.ip}:${acceptor.port}`, `${acceptor.ip}:`, ""];
    const keys = askers.flatMap((asker) => [initiator.ip, ""].map((asked) => `${token} ${asker} ${asked}`));
    let best = null;
    for (const key of keys) {
      const request = this.nearest(key, began);
      if (!request) continue;
      const ranked = { request, rank: this.rank(request, acceptor, initiator, began) };
      if (!best || compareRanks(ranked.rank, best.rank) > 0) best = ranked;
    }
    return best?.request ?? null;
  }

  rank(request, acceptor, initiator, began) {
    const fromThere = request.ip === acceptor.ip && (!request.ports || request.ports.includes(acceptor.port));
    const before = request.time <= began;
    const distance = before ? began - request.time : request.time - began;
    return [fromThere ? 1 : 0, request.askedIp === initiator.ip ? 1 : 0, before ? 1 : 0, -distance, request.place];
  }

  /** The last request up to this time, else the next one. */
  nearest(key, time) {
    const kept = this.places.get(key);
    if (!kept) return null;
    const { requests } = kept;
    if (!kept.sorted) {
      sortByTime(requests);
      kept.sorted = true;
    }
    const behind = (limit) => {
      let low = 0;
      let high = requests.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (requests[middle].time <= limit) low = middle + 1;
        else high = middle;
      }
      return low;
    };
    const after = behind(time);
    // Of several at the same time the last one counts.
    return requests[after - 1] ?? requests[behind(requests[0].time) - 1];
  }
}

function compareRanks(one, other) {
  for (let index = 0; index < one.length; index += 1) {
    if (one[index] !== other[index]) return one[index] > other[index] ? 1 : -1;
  }
  return 0;
}
