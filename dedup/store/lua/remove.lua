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

-- a bucket among the long ones, which comes back into its small hash when it is short enough, as
-- it may have by an article before this one
local function shorten(key, field, ref)
  local name = sub(key, tag) .. field
  local bucket = call('HGET', long, name)
  local stands = bucket or call('HGET', key, field)
  local left = stands and without(stands, ref)
  if left == stands then
    return
  elseif #left > INLINE then
    call('HSET', long, name, left)
    return
  elseif bucket then
    call('HDEL', long, name)
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

-- what is left of each bucket is worked out first and written in two calls
local function take_out(key, first, count)
  local names = take('c' .. width, fields, (first - 1) * width + 1, count)
  local owners = take('<H', owners, first * 2 - 1, count)
  local buckets = call('HMGET', key, unpack(names, 1, count))
  local drop, put, left = {}, {}, {}
  for i = 1, count do
    local name, bucket, entry = names[i], buckets[i], entries[owners[i] + 1]
    if bucket == entry then -- as most are: of one article alone
      drop[#drop + 1] = name
    elseif bucket == ELSEWHERE then
      shorten(key, name, sub(entry, 1, REF))
    elseif bucket then
      left[name] = without(left[name] or bucket, sub(entry, 1, REF))
    end
  end
  for name, bucket in pairs(left) do
    if bucket == '' then
      drop[#drop + 1] = name
    else
      put[#put + 1] = name
      put[#put + 1] = bucket
    end
  end
  if #drop > 0 then
    call('HDEL', key, unpack(drop))
  end
  if #put > 0 then
    call('HSET', key, unpack(put))
  end
end

for at = 1, #ARGV[6], ENTRY do
  entries[#entries + 1] = sub(ARGV[6], at, at + ENTRY - 1)
end
local done = 0
for k = 2, #KEYS do
  local count = struct.unpack('<I4', counts, k * 4 - 7)
  for first = done + 1, done + count, AT_ONCE do
    take_out(KEYS[k], first, math.min(AT_ONCE, done + count - first + 1))
  end
  done = done + count
end
