-- Where Wireshark calls.

-- What is known of each call, by packet and the place of its bytes. Their number may be another when they are shown again:
-- what was put together then ends with the message.
local records = {}

-- Puts a message into the columns; several in a packet stand behind each other.
local function tell(pinfo, text)
  local more = pinfo.private["soulseek"]
  pinfo.cols.protocol = "Soulseek"
  if not more then
    pinfo.cols.info:clear_fence()
    pinfo.cols.info:set(text)
    pinfo.private["soulseek"] = "1"
  elseif #more < 8 then
    pinfo.cols.info:append("; " .. text)
    pinfo.private["soulseek"] = more .. "1"
  elseif #more == 8 then
    pinfo.cols.info:append("; ...")
    pinfo.private["soulseek"] = more .. "1"
  end
  pinfo.cols.info:fence()
end

local SHOW = {}

function SHOW.frame(part, view)
  local frame = open(view.call.tvb, part.at, part.size, part.family, part.obfuscated)
  frame.streams = view.streams
  tell(view.pinfo, show_frame(frame, view.kind, view.tree, view.budget))
end

-- A part of a file connection.
local function show_file(part, view, name, field)
  local item = view.tree:add(soulseek, view.call.tvb(part.at, part.size))
  show_head(item, { kind = view.kind, family = "file", name = name, sender = FILE[name].sender })
  local inner
  if field.shape.kind == "rest" then
    inner = item:add(FIELDS[field.shape.field], view.call.tvb(part.at, part.size))
  else
    inner = item:add_le(FIELDS[field.shape.field], view.call.tvb(part.at, part.size))
  end
  if field.unit then
    inner:append_text(" " .. field.unit)
  end
  item:append_text(", " .. name)
  return item
end

function SHOW.ticket(part, view)
  show_file(part, view, "FileTicket", FILE.FileTicket.fields[1])
  tell(view.pinfo, ("FileTicket: token=%s"):format(view.call.tvb(part.at, part.size):le_uint()))
end

function SHOW.offset(part, view)
  show_file(part, view, "FileOffset", FILE.FileOffset.fields[1])
  tell(view.pinfo, ("FileOffset: offset=%s"):format(tostring(view.call.tvb(part.at, part.size):le_uint64())))
end

function SHOW.data(part, view)
  local item = show_file(part, view, "FileData", FILE.FileData.fields[1])
  -- What was sent, of which the capture may hold less.
  local length = view.call.reported - part.at
  item:add(HEAD.file_length, view.call.tvb(part.at, part.size), length):set_generated()
  tell(view.pinfo, ("FileData: %d bytes"):format(length))
end

local function show_other(part, view, text)
  local range = view.call.tvb(part.at, part.size)
  local item = view.tree:add(soulseek, range)
  item:add(HEAD.kind, view.kind):set_generated()
  if part.size > 0 then
    item:add(HEAD.lost, range)
  end
  item:append_text(", " .. text)
  tell(view.pinfo, text)
  return item
end

function SHOW.skipped(part, view)
  show_other(part, view, "Rest of a frame that is not whole")
end

function SHOW.unseen(part, view)
  if not part.counted then
    complain(show_other(part, view, "Missing bytes"), "gap", ("%d bytes"):format(part.count))
  end
end

function SHOW.incomplete(part, view)
  complain(show_other(part, view, "Incomplete"), part.fault)
end

function SHOW.lost(part, view)
  local item = show_other(part, view, "Not understood")
  if not view.told then
    complain(item, part.fault)
    view.told = true
  end
end

-- Shows what was decided about a call.
local function show(record, call, pinfo, tree)
  local one_more = DESEGMENT_ONE_MORE_SEGMENT
  if record.wait then
    pinfo.desegment_offset, pinfo.desegment_len = 0, record.lacks or one_more
    return
  end
  if record.again then
    return
  end
  call.side = record.side
  local plan, kind = plan_for(record), kind_of(record, pinfo)
  -- Walking along a zlib stream takes time, so that what it has found is kept.
  record.streams = record.streams or {}
  local budget = { left = tonumber(pinfo.private["soulseek_items"]) or math.min(soulseek.prefs.max_items, MOST_ITEMS) }
  local view = { call = call, pinfo = pinfo, tree = tree, kind = kind, budget = budget, told = record.told, streams = record.streams }
  local next = { stage = record.stage, skip = record.skip, fault = record.fault }
  if record.gap then
    local item = tree:add(soulseek, call.tvb(0, 0))
    item:add(HEAD.kind, kind):set_generated()
    item:append_text(", Missing bytes")
    complain(item, "gap", ("%.0f bytes, or segments that are not in order"):format(record.gap))
  end
  local at, lacks = cut_all(call, next, plan, record.init, function(part)
    SHOW[part.what](part, view)
  end)
  pinfo.private["soulseek_items"] = ("%d"):format(budget.left)
  if at then
    pinfo.desegment_offset, pinfo.desegment_len = at, lacks or one_more
  end
end

-- A second name for the dissector. Wireshark calls it for the packets of a connection that we have taken, so that a call
-- by any other way is about a new connection, even where there was one between the same ports before.
local taken = Proto("soulseek_connection", "Soulseek (a connection that is known)")

-- The last call that was not ours, which Wireshark may repeat another way.
local refused

local function dissect(tvb, pinfo, tree, fresh)
  local size, offset = tvb:len(), tvb:offset()
  local key = ("%d/%d/%d"):format(pinfo.number, offset, pinfo.src_port)
  if size == 0 or key == refused then
    return 0
  end
  local call = {
    tvb = tvb, size = size, reported = tvb:reported_len(),
    can_wait = pinfo.can_desegment > 0,
    -- Whether these are the bytes of one segment, and not of several put together.
    whole = offset > 0,
  }
  local record = records[key]
  if not record and not pinfo.visited then
    record = first_pass(connection_of(pinfo, fresh), call, pinfo, function(part)
      if part.what == "frame" and (part.family == "server_request" or part.family == "server_response") then
        learn(open(tvb, part.at, part.size, part.family, part.obfuscated), pinfo)
      end
    end)
    records[key] = record
  end
  if not record then
    refused = key
    return 0
  end
  if fresh then
    pinfo.conversation = taken
  end
  show(record, call, pinfo, tree)
  return size
end

-- No error of ours may stop others from showing the packet.
local function guarded(tvb, pinfo, tree, fresh)
  local fine, result = pcall(dissect, tvb, pinfo, tree, fresh)
  if fine then
    return result
  end
  complain(tree:add(soulseek, tvb()), "internal", tostring(result))
  return tvb:len()
end

function soulseek.dissector(tvb, pinfo, tree)
  return guarded(tvb, pinfo, tree, true)
end

function taken.dissector(tvb, pinfo, tree)
  return guarded(tvb, pinfo, tree, false)
end

function soulseek.init()
  records, refused = {}, nil
  forget_connections()
  forget_requests()
end

soulseek:register_heuristic("tcp", function(tvb, pinfo, tree)
  return guarded(tvb, pinfo, tree, true) > 0
end)

-- The ports at present, and "Decode As".
local ports = ""
local tcp = DissectorTable.get("tcp.port")

local function use_ports()
  local wanted = tostring(soulseek.prefs.ports or "")
  if wanted ~= ports then
    if ports ~= "" then
      tcp:remove(ports, soulseek)
    end
    if wanted ~= "" then
      tcp:add(wanted, soulseek)
    end
    ports = wanted
  end
end

soulseek.prefs_changed = use_ports
use_ports()
tcp:add_for_decode_as(soulseek)
