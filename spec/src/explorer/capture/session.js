// What the connections of a capture say: messages and files in the order of time.
//
// It mirrors `slsk decode`: each connection is told apart by what is in it, never by ports. A login makes a server
// connection, `PeerInit` names its kind, and `PierceFirewall` is looked up among the requests that the server
// connections show. What began before the capture is what its frames make sense as.

/**
 * Makes sense of a capture file: `{ connections, events, damage }`. `breathe` is awaited between connections, so that
 * the page stays alive.
 */
async function readSession(decoder, file, breathe = async () => {}) {
  const { connections, damage } = await reassemble(file, breathe);
  const planner = new Planner(decoder);
  const all = [];
  for (const connection of connections) {
    if (connection.segments.length > 0) all.push(planner.oriented(connection));
    await breathe();
  }
  // Server connections first: they tell what connections between peers are for.
  const requests = new Requests(decoder);
  const names = new Names(decoder);
  const plans = [];
  for (const connection of all) {
    const plan = planner.server(connection);
    if (plan) {
      const events = follow(decoder, connection, plan);
      requests.learn(connection, plan, events);
      names.learn(connection, plan, events);
    }
    plans.push(plan);
    await breathe();
  }
  const dialogues = [];
  for (const [index, connection] of all.entries()) {
    dialogues.push(dialogueOf(decoder, planner, connection, plans[index], requests, names));
    await breathe();
  }
  return { ...merge(dialogues), damage };
}

function dialogueOf(decoder, planner, connection, serverPlan, requests, names) {
  let plan = serverPlan;
  let initiator;
  let acceptor;
  if (plan) [initiator, acceptor] = names.atServer(connection, plan);
  else ({ plan, initiator, acceptor } = planner.peer(connection, requests, names));
  const party = (address, name) => ({ address: addressText(address), name });
  return {
    kind: plan.kind,
    initiator: party(connection.initiator, initiator),
    acceptor: party(connection.acceptor, acceptor),
    events: follow(decoder, connection, plan),
  };
}

/** Brings the events of all connections into one order, and numbers the connections by it. */
function merge(dialogues) {
  const heard = dialogues.filter(({ events }) => events.length > 0);
  heard.sort((one, other) => {
    const [a, b] = [one.events[0].time, other.events[0].time];
    return a < b ? -1 : a > b ? 1 : 0;
  });
  const events = [];
  heard.forEach((dialogue, index) => {
    for (const event of dialogue.events) {
      event.connection = index;
      events.push(event);
    }
    delete dialogue.events;
  });
  return { connections: heard, events: sortByTime(events) };
}

/** A line of `slsk decode --json`. */
function eventJson(decoder, session, event) {
  const dialogue = session.connections[event.connection];
  const [from, to] = [dialogue[event.from], dialogue[OTHER[event.from]]];
  const user = ({ name }) => name?.user ?? null;
  const row = {
    time: secondsOf(event.time),
    connection: event.connection + 1,
    kind: dialogue.kind,
    from: from.address,
    to: to.address,
    from_user: user(from),
    to_user: user(to),
  };
  if (event.is === "frame")
    return { ...row, ...messageJson(decoder.decode(event.family, event.frame), event.obfuscated) };
  if (event.is === "file") return { ...row, family: "file", name: event.name, fields: event.fields };
  const { kind, message } = event.fault;
  const error = { kind, message, path: "", offset: null };
  return { ...row, error, length: event.length, hex: toHex(event.head) };
}
