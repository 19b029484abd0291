-- Takes postings out of buckets; those that are not there are no error.
--
-- KEYS: the shard's hash of long buckets, then the small hashes, each once.
-- ARGV: width of a field; length of the tag; how many postings each hash has here (4 bytes each, in
--       a row); all fields in a row, hash by hash; which article each belongs to (2 bytes each, from
--       0 on); the entries of the articles.
local ENTRY, REF, INLINE, ELSEWHERE, AT_ONCE = 7, 5, 63, '+', 1000
local width, tag, counts = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local fields, owners, entries = ARGV[4], ARGV[5], {}
local long = KEYS[1]
local sub, find, call = string.sub, string.find, redis.call

local function without(bucket, ref)
  local at = 1
  while true do
    at = find(bucket, ref, at, true)
    if not at then
      return bucket
    elseif (at - 1) % ENTRY == 0 then
      return sub(bucket, 1, at - 1) .. sub(bucket, at + ENTRY)
    end
    at = at + 1
  end
end

local function shorten(key, field, ref)
  local stands = call('HGET', key, field)
  local bucket = stands
  if stands == ELSEWHERE then
    bucket = call('HGET', long, sub(key, tag) .. field)
  end
  local left = bucket and without(bucket, ref)
  if left == bucket then
    return
  elseif #left > INLINE then
    call('HSET', long, sub(key, tag) .. field, left)
    return
  elseif stands == ELSEWHERE then
    call('HDEL', long, sub(key, tag) .. field)
  end
  if left == '' then
    call('HDEL', key, field)
  else
    call('HSET', key, field, left)
  end
end

-- many of one kind in a row, in one call
local formats = {}
local function take(format, text, at, count)
  local name = format .. count
  formats[name] = formats[name] or string.rep(format, count)
  return {struct.unpack(formats[name], text, at)}
end

-- most buckets hold one article alone; their fields go in one call
local function take_out(key, first, count)
  local names = take('c' .. width, fields, (first - 1) * width + 1, count)
  local owners = take('<H', owners, first * 2 - 1, count)
  local buckets, drop, n = call('HMGET', key, unpack(names, 1, count)), {}, 0
  for i = 1, count do
    local bucket, entry = buckets[i], entries[owners[i] + 1]
    if bucket == entry then
      n = n + 1
      drop[n] = names[i]
    elseif bucket then
      shorten(key, names[i], sub(entry, 1, REF))
    end
  end
  if n > 0 then
    call('HDEL', key, unpack(drop))
  end
end

local function take_one_out(key, at)
  local name = sub(fields, (at - 1) * width + 1, at * width)
  local entry = entries[struct.unpack('<H', owners, at * 2 - 1) + 1]
  local bucket = call('HGET', key, name)
  if bucket == entry then
    call('HDEL', key, name)
  elseif bucket then
    shorten(key, name, sub(entry, 1, REF))
  end
end

for at = 1, #ARGV[6], ENTRY do
  entries[#entries + 1] = sub(ARGV[6], at, at + ENTRY - 1)
end
local done = 0
for k = 2, #KEYS do
  local count = struct.unpack('<I4', counts, k * 4 - 7)
  if count == 1 then
    take_one_out(KEYS[k], done + 1)
  else
    for first = done + 1, done + count, AT_ONCE do
      take_out(KEYS[k], first, math.min(AT_ONCE, done + count - first + 1))
    end
  end
  done = done + count
end
