-- Requests to be connected to, as the server connections before them show them.
--
-- The side that answers such a request says nothing but its token, so that what the connection is for must be looked up.

-- How many are kept for a token, and in all.
local REQUESTS_EACH, REQUESTS_ALL = 64, 200000

local requests = { by_token = {}, count = 0 }

local function forget_requests()
  requests = { by_token = {}, count = 0 }
end

-- Takes in a request: `ip` and `ports` say where the one who asks can be reached, `asked` from where the one who was
-- asked talks to the server.
local function remember_request(token, request)
  local list = requests.by_token[token]
  if not list then
    if requests.count >= REQUESTS_ALL then
      requests = { by_token = {}, count = 0 }
    end
    list = {}
    requests.by_token[token] = list
  end
  if #list >= REQUESTS_EACH then
    table.remove(list, 1)
    requests.count = requests.count - 1
  end
  list[#list + 1] = request
  requests.count = requests.count + 1
end

-- When a packet came, in seconds.
local function seconds(pinfo)
  local time = pinfo.abs_ts
  return type(time) == "number" and time or tonumber(tostring(time)) or 0
end

-- Learns from a message of a server connection.
local function learn(frame, pinfo)
  local asks = frame.family == "server_request" and frame.code == LANDMARKS.asks
  local asked = frame.family == "server_response" and frame.code == LANDMARKS.asked
  if not asks and not asked then
    return
  end
  local result = decode(frame)
  if result.fault then
    return
  end
  local values, request = result.values, { time = seconds(pinfo) }
  request.kind = values.kind
  if asks then
    request.ip = pinfo.src
  else
    request.ip = Address.ip(values.ip)
    request.ports = { [values.port] = true }
    if values.obfuscated_port then
      request.ports[values.obfuscated_port] = true
    end
    request.asked = pinfo.dst
  end
  remember_request(values.token, request)
end

-- What the connection is for whose opener sends this token. Tokens are small numbers of each client's own, so others
-- may have the same: addresses decide, then the time.
local function find_request(token, pinfo)
  local list = requests.by_token[token]
  local acceptor, initiator, port = pinfo.dst, pinfo.src, pinfo.dst_port
  local now = seconds(pinfo)
  local best, best_rank
  for place, request in ipairs(list or {}) do
    local from_there = request.ip == acceptor and (not request.ports or request.ports[port] or false)
    local rank = {
      from_there and 1 or 0,
      request.asked and request.asked == initiator and 1 or 0,
      request.time <= now and 1 or 0,
      -math.abs(request.time - now),
      place,
    }
    local better = best == nil
    for step = 1, #rank do
      if best and rank[step] ~= best_rank[step] then
        better = rank[step] > best_rank[step]
        break
      end
    end
    if better then
      best, best_rank = request, rank
    end
  end
  return best and best.kind
end
