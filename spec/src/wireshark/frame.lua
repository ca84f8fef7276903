-- Frames: their length, and what is in them.

-- How long the frame is that begins with `head`, counted from its first byte, the key included. Nil where too little is
-- there to tell, with what is missing at least; or nil, nil and what is wrong.
local function measure(head, family, obfuscated)
  local key = obfuscated and KEY_LENGTH or 0
  local known = FAMILIES[family]
  if #head < key + 4 then
    return nil, key + 4 + known.width - #head
  end
  if obfuscated then
    head = reveal(head:sub(1, key + 4 + known.width))
  end
  local length = u32(head, 1)
  if length < known.width then
    return nil, nil, "frame_too_short"
  elseif length > known.longest then
    return nil, nil, "frame_too_long"
  elseif #head < 4 + known.width then
    return nil, key + 4 + length - key - #head
  end
  local code = known.width == 1 and byte(head, 5) or u32(head, 5)
  local message = known.messages[code]
  if length > (message and message.limit or known.unknown) then
    return nil, nil, "frame_too_long"
  end
  return key + 4 + length
end

-- Obfuscated frames beyond this length are not revealed, which takes many times their memory.
local LONGEST_REVEALED = 32 * 1024 * 1024

-- The frame at a place of a buffer.
local function open(tvb, at, size, family, obfuscated)
  local known = FAMILIES[family]
  local frame = { tvb = tvb, at = at, size = size, family = family, obfuscated = obfuscated }
  local bytes = tvb:raw(at, size)
  if obfuscated then
    frame.key = u32(bytes, 1)
    bytes = reveal(bytes)
  end
  frame.bytes = bytes
  frame.code = known.width == 1 and byte(bytes, 5) or u32(bytes, 5)
  frame.body_at = 4 + known.width
  frame.message = known.messages[frame.code]
  frame.name = frame.message and frame.message.name or known.named[frame.code] or "Unknown"
  return frame
end

-- The range of the frame from a place on, counted from its length field.
local function range(frame, at, length)
  if not frame.obfuscated then
    return frame.tvb(frame.at + at, length)
  end
  if not frame.revealed then
    frame.revealed = ByteArray.new(frame.bytes, true):tvb("Revealed")
  end
  return frame.revealed(at, length)
end

-- Reads the message of a frame; with a tree its fields are shown there.
--
-- The result has `values`; `fault`; `trailing`, how many bytes are left behind the last field; `stray`, how many
-- behind the zlib stream. With `outside` alone a compressed body is not inflated, and has no values.
local function decode(frame, tree, budget, outside)
  local message, first = frame.message, frame.body_at
  local body = frame.bytes:sub(first + 1)
  if not message then
    return { values = {} }
  end
  local show = function(at, length)
    return range(frame, first + at, length)
  end
  local stray = 0
  if message.inflated then
    local known = frame.streams and frame.streams[frame.at]
    local stream, why = known, nil
    if not known then
      stream, why = measure_zlib(body, message.inflated)
    end
    if stream and frame.streams then
      frame.streams[frame.at] = stream
    end
    if not stream then
      return { values = {}, fault = { kind = why, at = 0, path = "" } }
    end
    stray = #body - stream.consumed
    if outside then
      return { values = {}, trailing = 0, stray = stray }
    elseif stream.size == 0 then
      body = ""
    else
      local inflated, problem = inflate(show(0, stream.consumed))
      if not inflated or inflated:len() ~= stream.size then
        return { values = {}, fault = { kind = problem, at = 0, path = "" } }
      end
      body = inflated:raw()
      show = function(at, length)
        return inflated(at, length)
      end
    end
  end
  local context = read_body(body, message.fields, show, tree, budget)
  local trailing = context.fault and 0 or left(context)
  return {
    values = context.values,
    fault = context.fault,
    trailing = trailing,
    stray = context.fault and 0 or stray,
    trailing_range = trailing > 0 and tree and show(context.at - 1, trailing) or nil,
    stray_range = stray > 0 and tree and range(frame, #frame.bytes - stray, stray) or nil,
  }
end

-- A few words about what a message says.
local function summary(message, values)
  local words = {}
  for _, field in ipairs(message.fields) do
    local value, kind = values[field.name], field.shape.kind
    if kind == "text" and value and value ~= "" then
      words[#words + 1] = (readable(value))
    elseif kind == "list" and value and value > 0 then
      words[#words + 1] = ("%d %s"):format(value, field.name)
    end
  end
  if #words == 0 then
    for _, field in ipairs(message.fields) do
      local value = values[field.name]
      if type(value) == "number" then
        words[#words + 1] = ("%s=%.0f"):format(field.name, value)
      elseif type(value) == "boolean" then
        words[#words + 1] = ("%s=%s"):format(field.name, tostring(value))
      end
    end
  end
  return in_label(table.concat(words, ", "))
end

-- Which messages ask and which answer.
local ASKS = { client = true, requester = true, downloader = true }
local ANSWERS = { server = true, responder = true }

-- What is known of a message from its family and name alone.
local function show_head(item, head)
  item:add(HEAD.kind, head.kind):set_generated()
  item:add(HEAD.family, head.family):set_generated()
  item:add(HEAD.message, head.name):set_generated()
  if head.sender then
    item:add(HEAD.sender, head.sender):set_generated()
  end
  -- What does not hold is not said, so that a message begins with few lines of ours.
  local holds = { request = ASKS[head.sender], response = ANSWERS[head.sender], obfuscated = head.obfuscated }
  for _, flag in ipairs({ "request", "response", "obfuscated" }) do
    if holds[flag] then
      item:add(HEAD[flag], true):set_generated()
    end
  end
end

-- Shows a frame, and gives what to put into the info column.
local function show_frame(frame, kind, tree, budget)
  local message, known = frame.message, FAMILIES[frame.family]
  local item = tree:add(soulseek, frame.tvb(frame.at, frame.size))
  show_head(item, {
    kind = kind,
    family = frame.family,
    name = message and message.name or "Unknown",
    sender = message and message.sender,
    obfuscated = frame.obfuscated,
  })
  if frame.obfuscated then
    item:add_le(HEAD.key, frame.tvb(frame.at, KEY_LENGTH))
  end
  item:add_le(HEAD.length, range(frame, 0, 4))
  item:add_le(FIELDS[known.code], range(frame, 4, known.width)):append_text(" (" .. frame.name .. ")")
  local size = #frame.bytes - frame.body_at
  if not message then
    if size > 0 then
      item:add(HEAD.payload, range(frame, frame.body_at, size))
    end
    complain(item, "unknown_code", ("%.0f %s"):format(frame.code, frame.name))
    item:append_text(", " .. frame.name .. (" (code %.0f)"):format(frame.code))
    return frame.name .. (" (code %.0f)"):format(frame.code)
  end
  if message.inflated and size > 0 then
    item:add(HEAD.compressed, range(frame, frame.body_at, size))
  end
  local result = decode(frame, item, budget)
  local text = message.name
  local words = summary(message, result.values)
  if words ~= "" then
    text = text .. ": " .. words
  end
  if result.fault then
    local fault = result.fault
    local words = { ("at byte %d of %s"):format(fault.at, message.name) }
    if fault.path ~= "" then
      table.insert(words, 1, "in " .. fault.path)
    end
    if fault.detail then
      table.insert(words, 1, fault.detail .. ",")
    end
    complain(item, fault.kind, table.concat(words, " "))
    text = text .. " [Malformed]"
  end
  for _, behind in ipairs({ result.trailing_range or false, result.stray_range or false }) do
    if behind then
      complain(item:add(HEAD.trailing, behind), "trailing", ("%d"):format(behind:len()))
    end
  end
  item:append_text(", " .. text)
  return text
end
