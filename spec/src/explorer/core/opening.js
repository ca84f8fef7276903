// How a connection begins, and what follows the init frame when both are pasted in one.

/** The kind of connection that a text such as `P` stands for. */
function kindOf(decoder, text) {
  return decoder.protocol.connections.find((connection) => connection.kind && connection.kind === text)?.name ?? null;
}

/** The first message, if it is one without anything left over. */
function firstMessage(decoder, head, family, obfuscated) {
  const { frames } = cutFrames(decoder, head, family, obfuscated, 1);
  if (frames.length === 0) return null;
  const decoded = decoder.decode(family, frames[0].frame);
  if (decoded.problem) return null;
  // A login has grown before and may grow again.
  return decoded.trailing.length === 0 || family === "server_request" ? decoded : null;
}

/** The init frame that bytes begin with: `{ name, fields }`, or null. */
function initOf(decoder, head, obfuscated) {
  const decoded = firstMessage(decoder, head, "peer_init", obfuscated);
  if (!decoded?.message) return null;
  const fields = fieldsJson(decoded);
  const plausible = decoded.name !== "PeerInit" || (fields.username !== "" && kindOf(decoder, fields.kind) !== null);
  return plausible ? { name: decoded.name, fields } : null;
}

/**
 * Everything at the start of `bytes`, read as one family and behind an init frame as what that announces: frames as
 * of `cutFrames`, each with its `family` and whether it is `obfuscated`, and the parts of a file connection.
 */
function readWay(decoder, bytes, family, obfuscated, most = Infinity) {
  const init = family === "peer_init" ? initOf(decoder, bytes, obfuscated) : null;
  if (!init) return markedFrames(decoder, bytes, 0, { family, obfuscated }, most);
  const opening = markedFrames(decoder, bytes, 0, { family, obfuscated }, 1);
  if (opening.end === bytes.length) return opening;
  const rest = restOf(decoder, bytes, opening.end, init, obfuscated, most - 1);
  return { ...rest, frames: [...opening.frames, ...rest.frames] };
}

function markedFrames(decoder, bytes, from, way, most) {
  const { frames, end, fault } = cutFrames(decoder, bytes.subarray(from), way.family, way.obfuscated, most);
  const marked = frames.map((frame) => ({
    is: "frame",
    ...frame,
    ...way,
    start: from + frame.start,
    end: from + frame.end,
  }));
  return { frames: marked, end: from + end, fault };
}

/** What follows an init frame. Nobody sends two of them, but people paste them in a row. */
function restOf(decoder, bytes, from, init, obfuscated, most) {
  const rest = bytes.subarray(from);
  if (initOf(decoder, rest, obfuscated)) {
    return markedFrames(decoder, bytes, from, { family: "peer_init", obfuscated }, most);
  }
  const ways = {
    peer: { family: "peer", obfuscated },
    distributed: { family: "distributed", obfuscated: false },
  };
  const kind = kindOf(decoder, init.fields.kind) ?? kindByBytes(decoder, rest, ways);
  return ways[kind] ? markedFrames(decoder, bytes, from, ways[kind], most) : fileParts(bytes, from);
}

/** The kind of connection that bytes behind an init frame fit, where only the server knows it. */
function kindByBytes(decoder, rest, ways) {
  let best = null;
  let most = 0;
  for (const [kind, { family, obfuscated }] of Object.entries(ways)) {
    const cut = cutFrames(decoder, rest, family, obfuscated, LOOK.frames);
    const { score, clear } = scoreOf(decoder, family, cut, rest.length);
    if (clear > 0 && score > most) [best, most] = [kind, score];
  }
  return best ?? "file";
}

/** The parts of a file connection from one side: the ticket, and behind it an offset or the file. */
function fileParts(bytes, from) {
  const part = (name, start, end, fields) => ({
    is: "file",
    family: "file",
    name,
    start,
    end,
    bytes: bytes.subarray(start, Math.min(end, start + SHOWN)),
    fields,
  });
  const { view } = bodyOf(bytes);
  const [behind, end] = [from + TICKET, bytes.length];
  if (behind > end) {
    const fault = new FrameFault("file_incomplete", FAULTS.file_incomplete);
    return { frames: [], end: from, fault };
  }
  const frames = [part("FileTicket", from, behind, { token: view.getUint32(from, true) })];
  if (end - behind === OFFSET) {
    frames.push(part("FileOffset", behind, end, { offset: exact(view.getBigUint64(behind, true)) }));
  } else if (end > behind) frames.push(part("FileData", behind, end, { length: end - behind, missing: 0 }));
  return { frames, end, fault: null };
}
