-- Connections: what each side has sent so far, and what the next bytes are.
--
-- Wireshark reads all packets once, in order; only then is anything decided. What a call needs to be shown again is kept
-- by the number of the packet, so that packets can be looked at in any order afterwards.

-- The connections, by their ports. Names of addresses change while they are looked up, so addresses are compared.
local connections = {}
-- How many connections between the same two ports are remembered.
local SAME_PORTS = 1024

local function forget_connections()
  connections = {}
end

-- What comes next from a side: a `stage` of init, body, ticket, offset, data and lost; how many bytes to `skip` of a frame
-- that is not whole; the `fault` of what is lost.
local function channel()
  return { stage = "body", skip = 0 }
end

local function connection(pinfo)
  return {
    address = pinfo.src, port = pinfo.src_port, other = pinfo.dst,
    channels = { channel(), channel() },
    -- By side: how many bytes wait to be understood, and whether any came.
    waiting = {}, spoke = {},
    judged = 0,
  }
end

-- Who sends the packet.
local function side_of(conn, pinfo)
  return pinfo.src_port == conn.port and pinfo.src == conn.address and 1 or 2
end

-- The place of a connection in the list of those between the same ports, and the list.
local function look_up(pinfo)
  local low, high = pinfo.src_port, pinfo.dst_port
  local key = low < high and low * 0x10000 + high or high * 0x10000 + low
  local list = connections[key]
  if not list then
    list = {}
    connections[key] = list
  end
  for place = #list, 1, -1 do
    local conn = list[place]
    if pinfo.src_port == conn.port and pinfo.src == conn.address and pinfo.dst == conn.other
      or pinfo.dst_port == conn.port and pinfo.dst == conn.address and pinfo.src == conn.other then
      return place, list
    end
  end
  return nil, list
end

-- The connection of a packet. A `fresh` one is new even where there was one between the same ports; what was not ours
-- stays so.
local function connection_of(pinfo, fresh)
  local place, list = look_up(pinfo)
  local conn = place and list[place]
  if conn and not (fresh and conn.ours) then
    return conn
  end
  conn = connection(pinfo)
  if not place and #list >= SAME_PORTS then
    table.remove(list, 1)
  end
  list[place or #list + 1] = conn
  conn.starts = true
  return conn
end

-- What a side says once the plan is known.
local function stage_of(plan, side)
  if plan.kind ~= "file" then
    return "frames"
  elseif plan.first == side then
    return "ticket"
  end
  return plan.uploader == side and "data" or "offset"
end

local SIZES = { ticket = 4, offset = 8 }

-- Where the segment that is looked at stands in its stream.
local SEQUENCE, PAYLOAD = Field.new("tcp.seq_raw"), Field.new("tcp.payload")

local function lose(next, fault)
  next.stage, next.fault, next.skip = "lost", fault, 0
end

-- Goes over bytes that nobody has seen. `lacks` is how many bytes the frame lacks in which they are.
local function leap(next, count, lacks)
  next.gap = true
  if next.stage == "data" or next.stage == "lost" then
    return
  end
  if next.skip > 0 then
    lacks = next.skip
  end
  local rest = lacks and lacks - count
  if not rest or rest < 0 then
    lose(next, "after_gap")
  else
    next.skip = rest
    next.stage = next.stage == "init" and "body" or next.stage
  end
end

-- Cuts the bytes of a call into parts by a plan, and calls `visit` for each. Moves `next` on. Gives where something begins
-- that is not whole, and how many bytes it lacks if that is known.
local function cut(call, next, plan, init, visit)
  local at, size = 0, call.size
  while at < size do
    local here = size - at
    if next.skip > 0 then
      local count = math.min(next.skip, here)
      visit({ what = "skipped", at = at, size = count })
      next.skip = next.skip - count
      at = at + count
    elseif next.stage == "body" then
      if not plan then
        return at
      elseif plan.kind == "unknown" then
        lose(next, "unknown_kind")
      else
        next.stage = stage_of(plan, call.side)
      end
    elseif next.stage == "data" or next.stage == "lost" then
      visit({ what = next.stage, at = at, size = here, fault = next.fault })
      at = size
    elseif SIZES[next.stage] then
      local needed = SIZES[next.stage]
      if here < needed then
        return at, needed - here
      end
      visit({ what = next.stage, at = at, size = needed })
      at = at + needed
      if plan.uploader == call.side then
        next.stage = "data"
      elseif next.stage == "ticket" then
        next.stage = "offset"
      else
        lose(next, "after_offset")
      end
    else
      local family, obfuscated = "peer_init", init and init.obfuscated
      if next.stage == "frames" then
        family, obfuscated = speaks(plan, call.side)
      end
      local total, _, wrong = measure(call.tvb:raw(at, math.min(here, 12)), family, obfuscated)
      if wrong then
        lose(next, wrong)
      elseif not total then
        return at
      elseif total > here then
        return at, total - here
      else
        visit({ what = "frame", at = at, size = total, family = family, obfuscated = obfuscated })
        at = at + total
        next.stage = next.stage == "init" and "body" or next.stage
      end
    end
  end
end

-- Cuts a call as `cut` does, with what is to be done where it ends too early: gives what to wait for.
local function cut_all(call, next, plan, init, visit)
  local at, lacks = cut(call, next, plan, init, visit)
  local unseen = call.reported - call.size
  if at and call.can_wait and unseen == 0 then
    return at, lacks
  end
  if at then
    local file = next.stage == "ticket" or next.stage == "offset"
    visit({ what = "incomplete", at = at, size = call.size - at, fault = file and "file_incomplete" or "frame_incomplete" })
    leap(next, unseen, not file and lacks or nil)
  elseif unseen > 0 then
    visit({ what = "unseen", at = call.size, size = 0, count = unseen, counted = next.stage == "data" })
    leap(next, unseen)
  end
end

-- What a connection is of which nobody has said the kind; its bytes begin at a place. Nil while that can't be told.
local function guess(conn, call, at)
  local rest, other = call.size - at, 3 - call.side
  local plan, missing, alive = judge(unsaid(conn.init.obfuscated), call.tvb, at, call.side)
  if plan then
    return plan
  end
  local first
  if conn.waiting[other] == SIZES.ticket and (rest == SIZES.offset or not alive) then
    first = other
  elseif not conn.waiting[other] and (rest == SIZES.ticket and call.whole or rest >= SIZES.ticket and not alive) then
    first = call.side
  end
  if first then
    return { kind = "file", first = first, uploader = first }
  elseif not alive or (not missing and not call.can_wait) then
    return { kind = "unknown" }
  end
end

-- Who sends the file. The first to speak does, but for a downloader that has connected and sends ticket and offset.
local function settle_file(conn, call, at)
  local plan, opener, rest = conn.plan, conn.init.side, call.size - at
  local next, silent = conn.channels[call.side], not conn.spoke[3 - call.side]
  if rest <= 0 then
    return
  end
  if not plan.first then
    plan.first, plan.uploader = call.side, call.side
  end
  if call.side ~= opener or plan.first ~= opener or not silent then
    return
  end
  local begins = next.stage == "body" or next.stage == "init"
  if begins and rest == SIZES.ticket + SIZES.offset then
    plan.uploader = 3 - opener
  elseif next.stage == "data" and not conn.sends and rest == SIZES.offset then
    plan.uploader = 3 - opener
    next.stage = "offset"
  end
  conn.sends = next.stage == "data" or rest > SIZES.ticket
end

-- Whether a connection that was taken for an older one begins here: the capture has an answer before it.
local function begins_late(conn, call)
  if not conn.list or conn.init or conn.spoke[call.side] then
    return false
  end
  local what, _, values = opening(call.tvb, 0)
  return what == "init" and values.kind ~= nil
end

-- How a connection begins that is not known yet. Nil where it is not ours; else true, or what to wait for.
local function begin(conn, call, pinfo)
  local what, found, values = opening(call.tvb, 0)
  conn.list = nil
  if what == "login" then
    conn.plan = { kind = "server", client = call.side }
  elseif what == "init" then
    conn.init = { side = call.side, obfuscated = found.obfuscated }
    conn.channels[call.side].stage = "init"
    conn.init.size = found.size
    conn.init.answers = not values.kind and values.token or nil
    local kind = values.kind or find_request(values.token, pinfo)
    conn.plan = plan_of(kind, found.obfuscated)
  else
    local list = midway()
    local plan, missing = judge(list, call.tvb, 0, call.side)
    conn.plan, conn.list = plan, list
    if not plan then
      -- A few bytes at the beginning of a stream may be ours; later they must look more like it.
      local waits = what == "more" and (call.starts or call.size > 4) and found or missing
      return waits and call.can_wait and { wait = true, lacks = call.size > 8 and waits or nil } or nil
    end
  end
  return true
end

-- Where a call's first byte is in the stream of its side, in a segment that holds it; nil where several were put together.
local function place_of(call)
  if not call.whole then
    return nil
  end
  local sequence, payload = SEQUENCE(), PAYLOAD()
  if not sequence or not payload then
    return nil
  end
  return (sequence.value + call.tvb:offset() - payload.offset) % 0x100000000
end

-- Whether all bytes of a call were there before. Wireshark hands over some segments that are sent again.
local function is_again(next, call, place)
  local behind = place and next.place and (next.place - place) % 0x100000000
  return behind and behind >= call.reported and behind < 0x80000000
end

-- How many bytes are missing in front of a call, as far as its sequence number tells; nil where none are. What was put
-- together begins where the one before ended.
local function jump(next, place)
  local missing = place and next.place and (place - next.place) % 0x100000000
  next.place = place or next.place
  -- More than that is behind, and has come again.
  return missing and missing > 0 and missing < 0x80000000 and missing or nil
end

-- Whether frames can be found again where they were lost: behind bytes that the capture lacks.
local function found_again(conn, call, next)
  if next.stage ~= "lost" or not next.gap or not conn.plan or not speaks(conn.plan, call.side) then
    return false
  end
  local family, obfuscated = speaks(conn.plan, call.side)
  local clear, doubtful = sense(call.tvb, 0, family, obfuscated)
  return clear and clear > 0 and doubtful == 0
end

-- The plan to show a call by: what has turned out since it was first seen, where that cuts it in the same way.
local function plan_for(record)
  local before, now = record.plan, record.conn.plan
  if before and record.conn.list and not before.obfuscated and not now.obfuscated
    and before.kind ~= "distributed" and now.kind ~= "distributed" then
    return now
  end
  return before
end

-- The kind of a connection, as far as it is known by now. Where nothing follows a token, the request that it answers may
-- stand further behind in the capture.
local function kind_of(record, pinfo)
  local conn, init = record.conn, record.init
  local plan = conn.plan
  if pinfo.visited and record.stage == "init" and init.answers and not conn.spoke[1] and not conn.spoke[2] then
    plan = plan_of(find_request(init.answers, pinfo), init.obfuscated) or plan
  end
  return plan and plan.kind or "unknown"
end

-- Decides what the bytes of a call are, when they are seen for the first time. Gives what is needed to show them again, or
-- nil where they are not ours. `visit` is called for each part.
local function first_pass(conn, call, pinfo, visit)
  call.side = side_of(conn, pinfo)
  local place = place_of(call)
  if is_again(conn.channels[call.side], call, place) then
    return { again = true }
  end
  call.starts, conn.starts = conn.starts, nil
  if not conn.plan and not conn.init then
    local begun = begin(conn, call, pinfo)
    conn.ours = begun ~= nil
    if begun ~= true then
      -- A few bytes may wait, and wait again.
      conn.starts = begun and call.starts or nil
      return begun
    end
  elseif begins_late(conn, call) then
    begin(conn, call, pinfo)
  elseif conn.list and conn.judged < JUDGED then
    -- The first frames were not enough to tell for sure.
    conn.plan = judge(conn.list, call.tvb, 0, call.side) or conn.plan
    conn.judged = conn.judged + 1
  end
  local side = call.side
  local next = conn.channels[side]
  local gap = jump(next, place)
  next.gap = next.gap or gap
  if found_again(conn, call, next) then
    next.stage, next.fault, next.told, next.gap = "frames", nil, nil, gap
  end
  local at = next.stage == "init" and conn.init.size or 0
  if conn.init and not conn.plan and call.size > at then
    conn.plan = guess(conn, call, at)
    conn.waiting[side] = not conn.plan and call.size - at or nil
  end
  if conn.plan and conn.plan.kind == "file" then
    settle_file(conn, call, at)
  end
  local record = {
    side = side, stage = next.stage, skip = next.skip, fault = next.fault, told = next.told,
    plan = conn.plan, init = conn.init, conn = conn, gap = gap,
  }
  local waits = cut_all(call, next, conn.plan, conn.init, function(part)
    next.told = next.told or part.what == "lost"
    visit(part)
  end)
  -- Where a part waits for more, that begins the next call.
  next.place = next.place and (next.place + (waits or call.reported)) % 0x100000000
  conn.spoke[side] = conn.spoke[side] or call.size > at
  return record
end
