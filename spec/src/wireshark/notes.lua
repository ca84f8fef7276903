-- What is said about every message, and what can be wrong.

local HEAD = {
  kind = ProtoField.string("slsk.kind", "connection", base.UNICODE, "What the connection is for."),
  family = ProtoField.string("slsk.family", "family", base.UNICODE, "Which messages have this code."),
  message = ProtoField.string("slsk.message", "message", base.UNICODE, "The name of the message."),
  sender = ProtoField.string("slsk.sender", "sender", base.UNICODE, "The role of the side that sends it."),
  request = ProtoField.bool("slsk.request", "request", base.NONE, nil, nil, "Whether it is from client to server, or asks a peer."),
  response = ProtoField.bool("slsk.response", "response", base.NONE, nil, nil, "Whether it is from server to client, or answers a peer."),
  obfuscated = ProtoField.bool("slsk.obfuscated", "obfuscated", base.NONE, nil, nil, "Whether the frame was obfuscated."),
  key = ProtoField.uint32("slsk.key", "key", base.HEX, nil, nil, "The key of an obfuscated frame."),
  length = ProtoField.uint32("slsk.length", "length", base.DEC, nil, nil, "The length of code and body in bytes."),
  compressed = ProtoField.bytes("slsk.compressed", "compressed", base.NONE, "The body before it is inflated."),
  payload = ProtoField.bytes("slsk.payload", "payload", base.NONE, "What follows a code of unknown layout."),
  trailing = ProtoField.bytes("slsk.trailing", "trailing", base.NONE, "What follows the last known field."),
  lost = ProtoField.bytes("slsk.lost", "bytes", base.NONE, "Bytes that are no message."),
  file_length = ProtoField.uint32("slsk.file.data.length", "length", base.DEC, nil, nil, "How many bytes of a file are in the packet."),
}

local NOTES = {}

local function note(name, text, group, severity)
  NOTES[name] = { text = text, expert = ProtoExpert.new("slsk.expert." .. name, text, group, severity) }
end

local ERROR, WARN, NOTE = expert.severity.ERROR, expert.severity.WARN, expert.severity.NOTE

note("unexpected_end", "The body ends too early", expert.group.MALFORMED, ERROR)
note("length_beyond_end", "A length that goes beyond the end of the body", expert.group.MALFORMED, ERROR)
note("count_beyond_end", "A list with more elements than fit into the body", expert.group.MALFORMED, ERROR)
note("bad_zlib", "The compressed body is damaged", expert.group.MALFORMED, ERROR)
note("truncated_zlib", "The compressed body is cut short", expert.group.MALFORMED, ERROR)
note("inflated_too_large", "The compressed body inflates to more than is sane, or to over 16 MiB and 100 times its length", expert.group.MALFORMED, ERROR)
note("frame_too_short", "A frame that has no room for its code", expert.group.MALFORMED, ERROR)
note("frame_too_long", "A frame that is longer than is sane", expert.group.MALFORMED, ERROR)
note("after_offset", "Bytes of a downloader behind the offset", expert.group.MALFORMED, ERROR)
note("trailing", "Bytes behind the last known field", expert.group.UNDECODED, NOTE)
note("unknown_code", "A code of unknown layout", expert.group.UNDECODED, NOTE)
note("not_canonical", "A bool that is neither 0 nor 1", expert.group.PROTOCOL, NOTE)
note("unknown_kind", "A connection between peers of an unknown kind", expert.group.UNDECODED, WARN)
note("frame_incomplete", "A frame that the capture does not hold as a whole", expert.group.REASSEMBLE, WARN)
note("file_incomplete", "The capture does not hold the beginning of the file connection", expert.group.REASSEMBLE, WARN)
note("gap", "The capture lacks bytes here", expert.group.SEQUENCE, WARN)
note("after_gap", "Bytes behind a gap, where frames can't be found", expert.group.REASSEMBLE, WARN)
note("not_inflated", "This Wireshark can't inflate it", expert.group.UNDECODED, WARN)
note("too_many_items", "More elements than are shown; see the preferences", expert.group.UNDECODED, NOTE)
note("internal", "A fault of the dissector", expert.group.DEBUG, ERROR)

do
  local fields, experts = {}, {}
  for _, one in pairs(FIELDS) do
    fields[#fields + 1] = one
  end
  for _, one in pairs(HEAD) do
    fields[#fields + 1] = one
  end
  for _, one in pairs(NOTES) do
    experts[#experts + 1] = one.expert
  end
  soulseek.fields = fields
  soulseek.experts = experts
end

-- Says that something is wrong. `detail` stands behind the general text.
local function complain(item, name, detail)
  local known = NOTES[name]
  item:add_proto_expert_info(known.expert, detail and known.text .. ": " .. detail or known.text)
end
