-- Takes postings out of buckets; those that are not there are no error.
--
-- KEYS: the shard's hash of long buckets, then the small hashes, each once.
-- ARGV: length of the tag; as MessagePack how many postings each hash has here, all fields hash by
--       hash, which article each belongs to (from 0 on), and the entries of the articles.
local ENTRY, REF, INLINE, ELSEWHERE, AT_ONCE = 7, 5, 63, '+', 1000
local tag = tonumber(ARGV[1])
local counts, names = cmsgpack.unpack(ARGV[2]), cmsgpack.unpack(ARGV[3])
local owners, entries = cmsgpack.unpack(ARGV[4]), cmsgpack.unpack(ARGV[5])
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

-- whether each of these buckets is of one article alone, the one that is to go
local function alone(buckets, first)
  for i = 1, #buckets do
    if buckets[i] ~= entries[owners[first + i - 1] + 1] then
      return false
    end
  end
  return true
end

-- what is left of each bucket is worked out first and written in two calls
local function take_out(key, first, last)
  local buckets = call('HMGET', key, unpack(names, first, last))
  if alone(buckets, first) then -- as in most hashes, where nothing is to be worked out
    call('HDEL', key, unpack(names, first, last))
    return
  end
  local drop, put, left = {}, {}, {}
  for i = first, last do
    local name, bucket, entry = names[i], buckets[i - first + 1], entries[owners[i] + 1]
    if bucket == entry then
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

local done = 0
for k, count in ipairs(counts) do
  for first = done + 1, done + count, AT_ONCE do
    take_out(KEYS[k + 1], first, math.min(done + count, first + AT_ONCE - 1))
  end
  done = done + count
end
