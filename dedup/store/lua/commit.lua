-- Writes what was worked out from a reading, unless what was read has changed since.
--
-- KEYS: alive, ledger, events, then the tables named by their number below.
-- ARGV: how many records are expected to be as they were; of each the number of its table, its
--       field and its version (8 bytes, empty for none); refs that must be there (5 bytes each, in
--       a row); then what to do, each with its number of arguments:
--         set table field value..., unset table field..., append table field bytes,
--         move table field from, rank table score member..., unrank table member...,
--         count name number, tell event, come refs, go refs,
--         free names aliases id (nobody finds it by another name), hand_on names aliases id other
--         (its names, and the id, are names of the other)
-- Answers {} when all was written. Otherwise nothing was: {positions (from 0 on) of records that
-- are not as expected, refs that are gone, the nodes among the expected records as they are now,
-- their clusters as read.lua gives them}.
local ALIVE, LEDGER, EVENTS = KEYS[1], KEYS[2], KEYS[3]
local NODES, CLUSTERS, REDIRECTS = 5, 6, 11
local CHUNK, VERSION, NO_CLUSTER = 1024, 8, '\0\0\0\0\0\0'
local call, sub = redis.call, string.sub

local function place_of(ref)
  local number = struct.unpack('>I8', '\0\0\0' .. ref)
  local place = number % CHUNK
  return (number - place) / CHUNK, math.floor(place / 8) + 1, 2 ^ (place % 8)
end

local function each(refs, act)
  for i = 1, #refs, 5 do
    act(sub(refs, i, i + 4))
  end
end

-- refs that follow each other share their bits, which are read and written once
local chunks, changed = {}, {}

local function bits_of(chunk)
  if chunks[chunk] == nil then
    chunks[chunk] = call('HGET', ALIVE, chunk)
  end
  return chunks[chunk]
end

local function is_there(ref)
  local chunk, at, bit = place_of(ref)
  local bits = bits_of(chunk)
  return bits and math.floor(string.byte(bits, at) / bit) % 2 == 1
end

local function turn(ref, there)
  if is_there(ref) == there then
    return
  end
  local chunk, at, bit = place_of(ref)
  local bits = bits_of(chunk) or string.rep('\0', CHUNK / 8)
  local byte = string.byte(bits, at) + (there and bit or -bit)
  chunks[chunk] = sub(bits, 1, at - 1) .. string.char(byte) .. sub(bits, at + 1)
  changed[chunk] = true
end

local function write_bits()
  for chunk in pairs(changed) do
    if string.find(chunks[chunk], '[^%z]') then
      call('HSET', ALIVE, chunk, chunks[chunk])
    else
      call('HDEL', ALIVE, chunk)
    end
  end
end

local function each_alias(list, act)
  local at = 1
  while at <= #list do
    local size = struct.unpack('>I4', list, at)
    act(sub(list, at + 4, at + 3 + size))
    at = at + 4 + size
  end
end

local told = {}
local function write_events()
  if #told > 0 then
    local cursor = call('HINCRBY', LEDGER, 'cursor', #told) - #told
    for i, event in ipairs(told) do
      call('XADD', EVENTS, string.format('%.0f-0', cursor + i), 'e', event)
    end
  end
end

local acts = {
  free = function(names, aliases, id)
    names, aliases = KEYS[tonumber(names)], KEYS[tonumber(aliases)]
    local list = call('HGET', aliases, id)
    if list then
      each_alias(list, function(name) call('HDEL', names, name) end)
      call('HDEL', aliases, id)
    end
  end,
  hand_on = function(names, aliases, id, other)
    names, aliases = KEYS[tonumber(names)], KEYS[tonumber(aliases)]
    local list = (call('HGET', aliases, id) or '') .. struct.pack('>I4', #id) .. id
    each_alias(list, function(name) call('HSET', names, name, other) end)
    call('HDEL', aliases, id)
    call('HSET', aliases, other, (call('HGET', aliases, other) or '') .. list)
  end,
  set = function(table, ...) call('HSET', KEYS[table], ...) end,
  unset = function(table, ...) call('HDEL', KEYS[table], ...) end,
  append = function(table, field, bytes)
    call('HSET', KEYS[table], field, (call('HGET', KEYS[table], field) or '') .. bytes)
  end,
  move = function(table, field, from)
    local moved = call('HGET', KEYS[table], from) or ''
    call('HSET', KEYS[table], field, (call('HGET', KEYS[table], field) or '') .. moved)
    call('HDEL', KEYS[table], from)
  end,
  rank = function(table, ...) call('ZADD', KEYS[table], ...) end,
  unrank = function(table, ...) call('ZREM', KEYS[table], ...) end,
  count = function(name, number) call('HINCRBY', LEDGER, name, number) end,
  tell = function(event)
    told[#told + 1] = event
  end,
  come = function(refs) each(refs, function(ref) turn(ref, true) end) end,
  go = function(refs) each(refs, function(ref) turn(ref, false) end) end,
}

local tables = {set = true, unset = true, append = true, move = true, rank = true, unrank = true}

local expected = tonumber(ARGV[1])
local next, differing, gone, nodes = 2, {}, {}, {}
for i = 1, expected do
  local table = tonumber(ARGV[next])
  local value = call('HGET', KEYS[table], ARGV[next + 1])
  if sub(value or '', 1, VERSION) ~= ARGV[next + 2] then
    differing[#differing + 1] = i - 1
  end
  if table == NODES then
    nodes[#nodes + 1] = value
  end
  next = next + 3
end
each(ARGV[next], function(ref)
  if not is_there(ref) then
    gone[#gone + 1] = ref
  end
end)
if #differing > 0 or #gone > 0 then
  local clusters, seen = {}, {}
  for _, node in ipairs(nodes) do
    local name = node and sub(node, 9, 14)
    if name and name ~= NO_CLUSTER and not seen[name] then
      seen[name] = true
      local now, n = call('HGET', KEYS[REDIRECTS], name) or name, #clusters
      clusters[n + 1], clusters[n + 2] = name, now
      clusters[n + 3] = call('HGET', KEYS[CLUSTERS], now)
    end
  end
  return {differing, table.concat(gone), nodes, clusters}
end
next = next + 1
while next <= #ARGV do
  local act, count = acts[ARGV[next]], tonumber(ARGV[next + 1])
  local arguments = {}
  for i = 1, count do
    arguments[i] = ARGV[next + 1 + i]
  end
  if tables[ARGV[next]] then
    arguments[1] = tonumber(arguments[1])
  end
  act(unpack(arguments))
  next = next + 2 + count
end
write_bits()
write_events()
return {}
