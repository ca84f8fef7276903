-- Reads the body of a message by its table, and shows its fields.
--
-- A context has the bytes, the place in them, the range that shows them, and the fault that has ended it all. Without a
-- tree nothing is shown, and the same code tells whether bytes make sense.

-- How many bytes a value has at least, by its kind.
local LEAST = {
  u8 = 1, u16 = 2, u32 = 4, u64 = 8, i32 = 4, bool = 1, ip = 4, text = 4, secret = 4, bytes = 4, rest = 0,
  u32_or_u8 = 1, code_padding = 0, list = 4,
}

local function least(shape)
  if not shape.least then
    local sum = LEAST[shape.kind]
    if shape.kind == "record" then
      sum = 0
      for _, field in ipairs(shape.fields) do
        sum = sum + (field.when and 0 or field.optional and 0 or least(field.shape))
      end
    elseif shape.kind == "either" then
      sum = math.min(least(shape[1]), least(shape[2]))
    end
    shape.least = sum
  end
  return shape.least
end

local function left(context)
  return #context.bytes + 1 - context.at
end

local function fail(context, kind, detail)
  context.fault = { kind = kind, at = context.at - 1, detail = detail, path = "" }
  return nil
end

-- How many items a complaint takes.
local COMPLAINT = 5

-- Puts a field into the tree: the bytes from `at` on, and the value where Wireshark would read another.
local function put(context, tree, field, at, length, ...)
  if not tree then
    return nil
  end
  context.budget.left = context.budget.left - 1
  return tree:add(FIELDS[field], context.range(at - 1, length), ...)
end

-- The place of the next `count` bytes.
local function take(context, count)
  if left(context) < count then
    return fail(context, "unexpected_end")
  end
  local at = context.at
  context.at = at + count
  return at
end

-- The place of bytes with their length in front, and the bytes.
local function take_counted(context)
  local at = take(context, 4)
  if not at then
    return nil
  end
  local length, here = u32(context.bytes, at), left(context)
  if length > here then
    return fail(context, "length_beyond_end", ("%.0f with %d left"):format(length, here))
  end
  context.at = context.at + length
  return at, context.bytes:sub(at + 4, at + 3 + length)
end

-- Reads a value by its kind; gives the value and its item. Where it fails, there is a fault.
local READ = {}

local function number(width, negative)
  return function(context, shape, tree)
    local at = take(context, width)
    if not at then
      return nil
    end
    local value, scale = 0, 1
    for place = at, at + width - 1 do
      value = value + byte(context.bytes, place) * scale
      scale = scale * 0x100
    end
    if negative and value >= scale / 2 then
      value = value - scale
    end
    if not tree then
      return value
    end
    if shape.wide then
      return value, put(context, tree, shape.field, at, width, Int64.new(value))
    elseif width == 8 then
      return value, put(context, tree, shape.field, at, width, context.range(at - 1, 8):le_uint64())
    end
    return value, put(context, tree, shape.field, at, width, value)
  end
end

READ.u8, READ.u16, READ.u32, READ.u64 = number(1), number(2), number(4), number(8)
READ.i32 = number(4, true)

function READ.u32_or_u8(context, shape, tree)
  return READ[left(context) == 1 and "u8" or "u32"](context, shape, tree)
end

function READ.bool(context, shape, tree)
  local at = take(context, 1)
  if not at then
    return nil
  end
  local raw = byte(context.bytes, at)
  local item = put(context, tree, shape.field, at, 1, raw ~= 0)
  if item and raw > 1 then
    context.budget.left = context.budget.left - COMPLAINT
    complain(item, "not_canonical", tostring(raw))
  end
  return raw ~= 0, item
end

function READ.ip(context, shape, tree)
  local at = take(context, 4)
  if not at then
    return nil
  end
  local d, c, b, a = byte(context.bytes, at, at + 3)
  local dotted = ("%d.%d.%d.%d"):format(a, b, c, d)
  return dotted, tree and put(context, tree, shape.field, at, 4, Address.ip(dotted))
end

function READ.text(context, shape, tree)
  local at, bytes = take_counted(context)
  if not at then
    return nil
  end
  if not tree then
    return bytes
  end
  local shown, other = readable(bytes)
  local item = put(context, tree, shape.field, at, 4 + #bytes, shown)
  if item and other then
    item:append_text(" [Latin-1]")
  end
  if item and shape.names and shape.names[bytes] then
    item:append_text(" (" .. shape.names[bytes] .. ")")
  end
  return bytes, item
end

function READ.secret(context, shape, tree)
  local at, bytes = take_counted(context)
  if not at then
    return nil
  end
  if not tree or soulseek.prefs.show_secrets then
    context.at = at
    return READ.text(context, shape, tree)
  end
  return bytes, put(context, tree, shape.field, at, 4, "<hidden>")
end

function READ.bytes(context, shape, tree)
  local at, bytes = take_counted(context)
  if not at then
    return nil
  end
  return bytes, #bytes > 0 and put(context, tree, shape.field, at + 4, #bytes) or nil
end

function READ.rest(context, shape, tree)
  local at, length = context.at, left(context)
  context.at = at + length
  return context.bytes:sub(at), length > 0 and put(context, tree, shape.field, at, length) or nil
end

function READ.code_padding(context, shape, tree)
  local padded = left(context) > 3 and context.bytes:find("^%z%z%z", context.at) ~= nil
  local length = padded and 3 or 0
  local at = take(context, length)
  return padded, put(context, tree, shape.field, at, length, padded)
end

local function read(context, shape, tree)
  return READ[shape.kind](context, shape, tree)
end

-- Where something is, in front of the fault's own path.
local function inside(fault, step)
  local path = fault.path
  fault.path = step .. ((path == "" or path:find("^%[")) and path or "." .. path)
end

function READ.list(context, shape, tree)
  local at = take(context, 4)
  if not at then
    return nil
  end
  local count, here = u32(context.bytes, at), left(context)
  if count > floor(here / least(shape.of)) then
    return fail(context, "count_beyond_end", ("%.0f with %d bytes left"):format(count, here))
  end
  local item = put(context, tree, shape.field, at, 4, count)
  local shown = item
  for index = 0, count - 1 do
    -- Elements are shown as a whole or not at all, but for lists in them. What follows the list is shown whatever it is.
    if shown and context.budget.left <= 0 then
      shown = nil
      complain(item, "too_many_items", ("%d of %.0f"):format(index, count))
    end
    local _, element = read(context, shape.of, shown)
    if element and shape.of.kind == "record" then
      element:prepend_text(("%d: "):format(index))
    end
    if context.fault then
      inside(context.fault, ("[%d]"):format(index))
      break
    end
  end
  if item then
    item:set_len(context.at - at)
  end
  return count, item
end

local function read_fields(context, fields, tree)
  local values, ended = {}, false
  for _, field in ipairs(fields) do
    local there = not field.when or values[field.when] == field.is
    if there and field.optional then
      local needed = field.optional == true and least(field.shape) or field.optional
      ended = ended or left(context) < needed
      there = not ended
    end
    if there then
      local value, item = read(context, field.shape, tree)
      if context.fault then
        inside(context.fault, field.name)
        return values
      end
      if item and field.unit then
        item:append_text(" " .. field.unit)
      end
      values[field.name] = value
    end
  end
  return values
end

function READ.record(context, shape, tree)
  local at = context.at
  local item = put(context, tree, shape.field, at, 0)
  local values = read_fields(context, shape.fields, item)
  if item then
    item:set_len(context.at - at)
    for _, field in ipairs(shape.fields) do
      local value = values[field.name]
      if type(value) == "string" and field.shape.kind == "text" then
        item:append_text(": " .. in_label(value))
        break
      end
    end
  end
  return values, item
end

function READ.either(context, shape, tree)
  local at = context.at
  -- Which of both takes exactly the rest.
  local function exact(one)
    read(context, one, nil)
    local fits = not context.fault and left(context) == 0
    context.at, context.fault = at, nil
    return fits
  end
  local second = not exact(shape[1]) and exact(shape[2])
  return read(context, second and shape[2] or shape[1], tree)
end

-- Reads a body. The context afterwards has `values`, `at` behind the last field, and perhaps a `fault`.
local function read_body(bytes, fields, range, tree, budget)
  local context = { bytes = bytes, at = 1, range = range, budget = budget }
  context.values = read_fields(context, fields, tree)
  return context
end
