-- Numbers, texts and obfuscation, on strings of bytes.

local byte, char, floor = string.byte, string.char, math.floor
local KEY_LENGTH = 4

-- The number in four bytes.
local function u32(bytes, at)
  local a, b, c, d = byte(bytes, at, at + 3)
  return a + b * 0x100 + c * 0x10000 + d * 0x1000000
end

-- How many bytes a character of UTF-8 has, by its first two; nil where it is none.
local function utf8_length(first, second)
  if first < 0x80 then
    return 1
  elseif first < 0xc2 or first > 0xf4 then
    return nil
  elseif first < 0xe0 then
    return 2
  end
  local low, high = 0x80, 0xbf
  if first == 0xe0 then
    low = 0xa0
  elseif first == 0xed then
    high = 0x9f
  elseif first == 0xf0 then
    low = 0x90
  elseif first == 0xf4 then
    high = 0x8f
  end
  if not second or second < low or second > high then
    return nil
  end
  return first < 0xf0 and 3 or 4
end

local function is_utf8(bytes)
  local at = bytes:find("[\128-\255]")
  while at do
    local length = utf8_length(byte(bytes, at, at + 1))
    if not length then
      return false
    end
    for next = at + 1, at + length - 1 do
      local continuation = byte(bytes, next)
      if not continuation or continuation < 0x80 or continuation > 0xbf then
        return false
      end
    end
    at = bytes:find("[\128-\255]", at + length)
  end
  return true
end

local function latin1(c)
  local code = byte(c)
  return code < 0xc0 and "\194" .. c or "\195" .. char(code - 0x40)
end

-- A text to be shown, and whether it was Latin-1. A zero would end it for Wireshark, and XML has no U+FFFE and U+FFFF.
local function readable(bytes)
  local other = not is_utf8(bytes)
  local text = other and bytes:gsub("[\128-\255]", latin1) or bytes
  return (text:gsub("%z", "\226\144\128"):gsub("\239\191[\190\191]", "\239\191\189")), other
end

-- Wireshark cuts a label that is too long, within a character too. So much of a text stays below that.
local LONGEST_LABEL = 120

-- A text as a part of a label, which Wireshark takes as it is: short, and without control characters.
local function in_label(bytes)
  local text = readable(bytes)
  if #text > LONGEST_LABEL then
    text = text:sub(1, LONGEST_LABEL):gsub("[\192-\255]?[\128-\191]*$", "") .. "..."
  end
  text = text:gsub("[\1-\31]", function(c)
    return "\226\144" .. char(128 + byte(c))
  end)
  return text
end

local XOR = {}
for a = 0, 15 do
  for b = 0, 15 do
    local sum, left, right = 0, a, b
    for bit = 0, 3 do
      if left % 2 ~= right % 2 then
        sum = sum + 2 ^ bit
      end
      left, right = floor(left / 2), floor(right / 2)
    end
    XOR[a * 16 + b] = floor(sum)
  end
end

local function xor(a, b)
  local low_a, low_b = a % 16, b % 16
  return XOR[(a - low_a) + (b - low_b) / 16] * 16 + XOR[low_a * 16 + low_b]
end

-- The frame behind a key, or its beginning.
local function reveal(bytes)
  local parts, word, key = {}, {}, u32(bytes, 1)
  for at = KEY_LENGTH + 1, #bytes, 4 do
    key = key * 2 % 0x100000000 + floor(key / 0x80000000)
    local rest = key
    local a, b, c, d = byte(bytes, at, at + 3)
    local octet = rest % 0x100
    word[1] = char(xor(a, octet))
    rest = (rest - octet) / 0x100
    octet = rest % 0x100
    word[2] = b and char(xor(b, octet)) or ""
    rest = (rest - octet) / 0x100
    octet = rest % 0x100
    word[3] = c and char(xor(c, octet)) or ""
    rest = (rest - octet) / 0x100
    word[4] = d and char(xor(d, rest)) or ""
    parts[#parts + 1] = table.concat(word)
  end
  return table.concat(parts)
end
