-- Takes postings out of buckets; those that are not there are no error.
--
-- KEYS: the shard's hash of long buckets, then the small hashes, each once.
-- ARGV: width of a field; length of the tag; how many postings each hash has here (4 bytes each, in
--       a row); all fields in a row, hash by hash; all refs in a row.
local ENTRY, REF, INLINE, ELSEWHERE, AT_ONCE = 7, 5, 63, '+', 1000
local width, tag, counts = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local fields, refs = ARGV[4], ARGV[5]
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

-- most buckets hold one article alone; their fields go in one call
local function take_out(key, first, last)
  local names, drop = {}, {}
  for i = first, last do
    names[i - first + 1] = sub(fields, (i - 1) * width + 1, i * width)
  end
  local buckets = call('HMGET', key, unpack(names))
  for i, bucket in ipairs(buckets) do
    local at = (first + i - 2) * REF
    local ref = sub(refs, at + 1, at + REF)
    if bucket and #bucket ~= ENTRY then
      shorten(key, names[i], ref)
    elseif bucket and sub(bucket, 1, REF) == ref then
      drop[#drop + 1] = names[i]
    end
  end
  if #drop > 0 then
    call('HDEL', key, unpack(drop))
  end
end

local done = 0
for k = 2, #KEYS do
  local count = struct.unpack('<I4', counts, k * 4 - 7)
  for first = done + 1, done + count, AT_ONCE do
    take_out(KEYS[k], first, math.min(first + AT_ONCE - 1, done + count))
  end
  done = done + count
end
