-- What a connection is for, by the first bytes of its sides.
--
-- A plan has a `kind`. A server connection has the `client`; one between peers says whether it is `obfuscated`; that of
-- a file has who is `first` to speak and who is the `uploader`. Side 1 is the one that was seen to send first.

-- How much of the beginning is looked at.
local HEAD_SIZE = 64 * 1024

-- The first frame at a place, if it is whole. Otherwise nil and how many bytes are missing, where it can become one.
local function first_frame(tvb, at, family, obfuscated)
  local size = tvb:len() - at
  local total, missing, wrong = measure(tvb:raw(at, math.min(size, 12)), family, obfuscated)
  if wrong then
    return nil
  elseif not total then
    return nil, missing
  elseif total > size then
    return nil, total - size
  elseif obfuscated and total > LONGEST_REVEALED then
    return nil
  end
  return open(tvb, at, total, family, obfuscated)
end

-- Whether bytes can be the beginning of a frame with this code, of at most so many bytes.
local function could_be(bytes, width, code, longest)
  for place = 1, math.min(#bytes, 4) do
    if byte(bytes, place) > floor(longest / 2 ^ (8 * (place - 1))) then
      return false
    end
  end
  for place = 5, math.min(#bytes, 4 + width) do
    if byte(bytes, place) ~= floor(code / 2 ^ (8 * (place - 5))) % 0x100 then
      return false
    end
  end
  return true
end

-- How a connection begins: "login"; or "init", with the frame and what it says; or "more" with how many bytes that
-- needs, where nothing is known for now.
local function opening(tvb, at)
  local size = tvb:len() - at
  local head = tvb:raw(at, math.min(size, 12))
  local login, missing = first_frame(tvb, at, "server_request", false)
  if login and login.code == LANDMARKS.login and not decode(login).fault then
    return "login"
  end
  if missing and could_be(head, 4, LANDMARKS.login, HEAD_SIZE) then
    return "more", missing
  end
  local more
  for _, obfuscated in ipairs({ false, true }) do
    local frame, lacks = first_frame(tvb, at, "peer_init", obfuscated)
    if frame and frame.message then
      local result = decode(frame)
      local values = result.values
      local whole = not result.fault and result.trailing == 0
      if whole and (frame.code == LANDMARKS.pierce or values.username ~= "" and CONNECTIONS[values.kind]) then
        return "init", frame, values
      end
    elseif lacks then
      local shown = obfuscated and (#head > KEY_LENGTH and reveal(head) or "") or head
      local longest = FAMILIES.peer_init.longest
      if could_be(shown, 1, LANDMARKS.pierce, 5) or could_be(shown, 1, LANDMARKS.init, longest) then
        more = more or lacks
      end
    end
  end
  if more then
    return "more", more
  end
end

-- How well all whole frames from a place on make sense as those of a family: how many do, how many are doubtful, and
-- nil when one speaks against it. Compressed bodies are not inflated for that. The last value is what is missing of a frame that is not whole, where its code is known.
local function sense(tvb, at, family, obfuscated)
  local clear, doubtful, size = 0, 0, tvb:len()
  while at < size do
    local frame, missing = first_frame(tvb, at, family, obfuscated)
    if not frame then
      if not missing then
        return nil
      end
      local known, key = FAMILIES[family], obfuscated and KEY_LENGTH or 0
      local head = tvb:raw(at, math.min(size - at, key + 4 + known.width))
      if #head < key + 4 + known.width then
        return clear, doubtful, nil
      end
      head = obfuscated and reveal(head) or head
      local code = known.width == 1 and byte(head, 5) or u32(head, 5)
      return clear, doubtful, known.messages[code] and missing
    end
    local result = decode(frame, nil, nil, true)
    if result.fault then
      return nil
    elseif frame.message and result.trailing + result.stray == 0 then
      clear = clear + 1
    else
      doubtful = doubtful + 1
    end
    at = at + frame.size
  end
  return clear, doubtful, nil
end

-- The family of what a side sends, and whether it is obfuscated.
local function speaks(plan, side)
  if plan.kind == "server" then
    return plan.client == side and "server_request" or "server_response", false
  elseif plan.kind == "peer" then
    return "peer", plan.obfuscated
  elseif plan.kind == "distributed" then
    return "distributed", false
  end
end

-- The candidates for a connection, and how well each has made sense so far.
local function candidates(plans)
  local list = {}
  for _, plan in ipairs(plans) do
    list[#list + 1] = { plan = plan, clear = 0, doubtful = 0 }
  end
  return list
end

-- Candidates are compared for so many frames.
local JUDGED = 32

-- Takes what a side says into account. Gives the best plan, the first of equals, if any makes sense; what is missing
-- of a frame that may; and whether any candidate is left.
local function judge(list, tvb, at, side)
  local best, missing
  local alive = false
  for _, candidate in ipairs(list) do
    if not candidate.dead then
      local family, obfuscated = speaks(candidate.plan, side)
      local clear, doubtful, lacks = sense(tvb, at, family, obfuscated)
      if clear then
        candidate.clear = candidate.clear + clear
        candidate.doubtful = candidate.doubtful + doubtful
        missing, alive = missing or lacks, true
      else
        candidate.dead = true
      end
    end
    local counts = not candidate.dead and candidate.clear > 0 and candidate.doubtful <= candidate.clear
    if counts and (not best or candidate.clear > best.clear) then
      best = candidate
    end
  end
  return best and best.plan, missing, alive
end

-- The candidates for a connection that was open before the capture began.
local function midway()
  return candidates({
    { kind = "server", client = 1 },
    { kind = "server", client = 2 },
    { kind = "peer", obfuscated = false },
    { kind = "peer", obfuscated = true },
    { kind = "distributed" },
  })
end

-- The candidates for a connection of which nobody has said the kind. It can be that of a file besides.
local function unsaid(obfuscated)
  return candidates({ { kind = "peer", obfuscated = obfuscated }, { kind = "distributed" } })
end

-- The plan for a kind as `PeerInit` writes it. Behind the init frame only messages between peers are obfuscated.
local function plan_of(kind, obfuscated)
  local name = kind and CONNECTIONS[kind]
  return name and { kind = name, obfuscated = obfuscated and name == "peer" } or nil
end
