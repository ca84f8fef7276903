-- Where a zlib stream ends and how much it inflates to, before any of it is inflated.
--
-- Wireshark inflates without a limit, and does not say where a stream ends or that it is cut short. So the stream is
-- walked first, which needs no memory.

local LENGTH_BASE, LENGTH_BITS, DISTANCE_BASE, DISTANCE_BITS = {}, {}, {}, {}
do
  local base = 3
  for symbol = 0, 27 do
    local bits = symbol < 8 and 0 or floor(symbol / 4) - 1
    LENGTH_BASE[symbol], LENGTH_BITS[symbol] = base, bits
    base = base + 2 ^ bits
  end
  LENGTH_BASE[28], LENGTH_BITS[28] = 258, 0
  base = 1
  for symbol = 0, 29 do
    local bits = symbol < 4 and 0 or floor(symbol / 2) - 1
    DISTANCE_BASE[symbol], DISTANCE_BITS[symbol] = base, bits
    base = base + 2 ^ bits
  end
end

local ORDER = { 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15 }
local POWER = {}
for bits = 0, 32 do
  POWER[bits] = 2 ^ bits
end
-- Codes up to this length are looked up at once.
local FAST = 9

-- The code whose lengths are `lengths[0]` to `lengths[count - 1]`; nil for one that zlib refuses.
local function code(lengths, count, complete)
  local counts, longest = {}, 0
  for length = 0, 15 do
    counts[length] = 0
  end
  for symbol = 0, count - 1 do
    local length = lengths[symbol]
    counts[length] = counts[length] + 1
    if length > longest then
      longest = length
    end
  end
  counts[0] = 0
  local left, first = 1, {}
  local next = 0
  for length = 1, 15 do
    left = left * 2 - counts[length]
    if left < 0 then
      return nil
    end
    next = (next + counts[length - 1]) * 2
    first[length] = next
  end
  if left > 0 and longest > 0 and (complete or longest > 1) then
    return nil
  end
  local fast, slow = {}, {}
  for symbol = 0, count - 1 do
    local length = lengths[symbol]
    if length > 0 then
      local value = first[length]
      first[length] = value + 1
      local reversed, rest = 0, value
      for _ = 1, length do
        local bit = rest % 2
        reversed = reversed * 2 + bit
        rest = (rest - bit) / 2
      end
      if length <= FAST then
        for at = reversed, POWER[FAST] - 1, POWER[length] do
          fast[at] = symbol * 16 + length
        end
      else
        slow[length] = slow[length] or {}
        slow[length][reversed] = symbol
      end
    end
  end
  return { fast = fast, slow = slow, longest = longest }
end

local FIXED_LENGTHS, FIXED_DISTANCES
do
  local lengths = {}
  for symbol = 0, 287 do
    lengths[symbol] = symbol < 144 and 8 or symbol < 256 and 9 or symbol < 280 and 7 or 8
  end
  FIXED_LENGTHS = code(lengths, 288)
  for symbol = 0, 31 do
    lengths[symbol] = 5
  end
  FIXED_DISTANCES = code(lengths, 32)
end

-- What is left to read of a stream. Its functions raise what is wrong, as a string.
local function reader(bytes)
  local at, buffer, held = 3, 0, 0
  local self = {}

  local function fill(count)
    while held < count do
      local next = byte(bytes, at)
      if not next then
        error("truncated_zlib", 0)
      end
      buffer = buffer + next * POWER[held]
      held = held + 8
      at = at + 1
    end
  end

  function self.bits(count)
    fill(count)
    local value = buffer % POWER[count]
    buffer = (buffer - value) / POWER[count]
    held = held - count
    return value
  end

  function self.symbol(code)
    -- A short code may be the last one, so that fewer bits than are looked at may be left.
    while held < FAST and at <= #bytes do
      fill(held + 8)
    end
    local found = code.fast[buffer % POWER[FAST]]
    if found then
      local length = found % 16
      fill(length)
      buffer = (buffer - buffer % POWER[length]) / POWER[length]
      held = held - length
      return (found - length) / 16
    end
    for length = FAST + 1, code.longest do
      fill(length)
      local symbols = code.slow[length]
      local symbol = symbols and symbols[buffer % POWER[length]]
      if symbol then
        self.bits(length)
        return symbol
      end
    end
    if held < FAST and code.longest > held then
      error("truncated_zlib", 0)
    end
    error("bad_zlib", 0)
  end

  -- Takes a stored block of so many bytes.
  function self.skip(count)
    if at + count - 1 > #bytes then
      error("truncated_zlib", 0)
    end
    at = at + count
  end

  -- Goes to the next whole byte.
  function self.align()
    self.bits(held % 8)
    at = at - held / 8
    buffer, held = 0, 0
  end

  function self.position()
    return at
  end

  return self
end

-- The two codes of a block that describes them itself.
local function described(input)
  local count, distances = input.bits(5) + 257, input.bits(5) + 1
  local described_by = input.bits(4) + 4
  if count > 286 or distances > 30 then
    error("bad_zlib", 0)
  end
  local lengths = {}
  for index = 1, 19 do
    lengths[ORDER[index]] = index <= described_by and input.bits(3) or 0
  end
  local outer = code(lengths, 19, true)
  if not outer then
    error("bad_zlib", 0)
  end
  local all, index = {}, 0
  while index < count + distances do
    local symbol = input.symbol(outer)
    local value, times = symbol, 1
    if symbol == 16 then
      value, times = all[index - 1], 3 + input.bits(2)
    elseif symbol == 17 then
      value, times = 0, 3 + input.bits(3)
    elseif symbol == 18 then
      value, times = 0, 11 + input.bits(7)
    end
    if not value or index + times > count + distances then
      error("bad_zlib", 0)
    end
    for _ = 1, times do
      all[index] = value
      index = index + 1
    end
  end
  if all[256] == 0 then
    error("bad_zlib", 0)
  end
  local others = {}
  for at = 0, distances - 1 do
    others[at] = all[count + at]
  end
  local first, second = code(all, count), code(others, distances)
  if not first or not second then
    error("bad_zlib", 0)
  end
  return first, second
end

local function walk(bytes, limit)
  if #bytes < 2 then
    error("truncated_zlib", 0)
  end
  local method, flags = byte(bytes, 1, 2)
  if method % 16 ~= 8 or method >= 0x80 or (method * 256 + flags) % 31 ~= 0 or floor(flags / 32) % 2 == 1 then
    error("bad_zlib", 0)
  end
  local input, size, last = reader(bytes), 0, 0
  local bits, symbol = input.bits, input.symbol
  while last == 0 do
    last = bits(1)
    local kind = bits(2)
    if kind == 0 then
      input.align()
      local length, check = bits(16), bits(16)
      if length + check ~= 0xffff then
        error("bad_zlib", 0)
      end
      input.skip(length)
      size = size + length
    elseif kind == 3 then
      error("bad_zlib", 0)
    else
      local lengths, distances = FIXED_LENGTHS, FIXED_DISTANCES
      if kind == 2 then
        lengths, distances = described(input)
      end
      while true do
        local found = symbol(lengths)
        if found < 256 then
          size = size + 1
        elseif found == 256 then
          break
        elseif found > 285 then
          error("bad_zlib", 0)
        else
          local length = LENGTH_BASE[found - 257] + bits(LENGTH_BITS[found - 257])
          local distance = symbol(distances)
          if distance > 29 or DISTANCE_BASE[distance] + bits(DISTANCE_BITS[distance]) > size then
            error("bad_zlib", 0)
          end
          size = size + length
        end
        if size > limit then
          error("inflated_too_large", 0)
        end
      end
    end
    if size > limit then
      error("inflated_too_large", 0)
    end
  end
  input.align()
  input.skip(4)
  return { consumed = input.position() - 1, size = size }
end

-- Wireshark inflates into a buffer that it copies again and again as it grows. So what inflates to more than this is
-- refused where it is a bomb: more than so many times as long as the stream. No list of files is.
local SMALL, BOMB = 16 * 1024 * 1024, 100

-- How many bytes the zlib stream at the beginning of `bytes` has and inflates to; nil and why where it is none.
local function measure_zlib(bytes, limit)
  local fine, result = pcall(walk, bytes, math.min(limit, math.max(SMALL, BOMB * #bytes)))
  if fine and result.size > math.max(SMALL, BOMB * result.consumed) then
    fine, result = false, "inflated_too_large"
  end
  if fine then
    return result
  end
  return nil, NOTES[result] and result or "bad_zlib"
end

-- What a range inflates to; nil and why where it does not.
local function inflate(range)
  -- The newer one is there from 4.4 on, where the older one is deprecated.
  for _, name in ipairs({ "uncompress_zlib", "uncompress" }) do
    local there, method = pcall(function()
      return range[name]
    end)
    if there and method then
      local fine, inflated = pcall(method, range, "Inflated")
      return fine and inflated or nil, "bad_zlib"
    end
  end
  return nil, "not_inflated"
end
