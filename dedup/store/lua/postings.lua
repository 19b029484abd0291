-- Adds postings to buckets, takes them out, or only looks buckets up; answers what was there.
--
-- KEYS: the shard's hash of long buckets, then for every posting the small hash it stands in.
-- ARGV: "add", "find" or "remove"; most bytes of a bucket; width of a field; length of the tag;
--       all fields in a row; for add and remove all entries (ref and day) in a row.
-- A bucket is a row of entries, oldest first. One that is too long for a listpack stands among
-- the long buckets, with a mark in its place.
-- Answer: positions of the postings whose buckets were not empty (4 bytes each), the lengths of
-- those buckets in entries (4 bytes each), and their entries, newest buckets' entries last.
local ENTRY, REF, INLINE, ELSEWHERE = 7, 5, 63, '+'
local mode, most, width, tag = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local fields, entries = ARGV[5], ARGV[6]
local long = KEYS[1]
local sub, find, call, pack = string.sub, string.find, redis.call, struct.pack

local function position(bucket, entry)
  local ref, at = sub(entry, 1, REF), 1
  while true do
    at = find(bucket, ref, at, true)
    if not at or (at - 1) % ENTRY == 0 then
      return at
    end
    at = at + 1
  end
end

local function write(key, field, stands, bucket)
  if #bucket > INLINE then
    call('HSET', long, sub(key, tag) .. field, bucket)
    if stands ~= ELSEWHERE then
      call('HSET', key, field, ELSEWHERE)
    end
    return
  end
  if stands == ELSEWHERE then
    call('HDEL', long, sub(key, tag) .. field)
  end
  if bucket == '' then
    call('HDEL', key, field)
  else
    call('HSET', key, field, bucket)
  end
end

local positions, lengths, found = {}, {}, {}
for i = 1, #KEYS - 1 do
  local key = KEYS[i + 1]
  local field = sub(fields, (i - 1) * width + 1, i * width)
  local stands = call('HGET', key, field)
  local bucket = stands or ''
  if bucket == ELSEWHERE then
    bucket = call('HGET', long, sub(key, tag) .. field) or ''
  end
  if bucket ~= '' and mode ~= 'remove' then
    local newest = bucket
    if #newest > most then
      newest = sub(newest, #newest - most + 1)
    end
    local n = #found + 1
    positions[n], lengths[n], found[n] = pack('<I4', i - 1), pack('<I4', #newest / ENTRY), newest
  end
  if mode ~= 'find' then
    local entry = sub(entries, (i - 1) * ENTRY + 1, i * ENTRY)
    local at = position(bucket, entry)
    if mode == 'add' and not at then
      local longer = bucket .. entry
      if #longer > most then
        longer = sub(longer, #longer - most + 1)
      end
      write(key, field, stands, longer)
    elseif mode == 'remove' and at then
      write(key, field, stands, sub(bucket, 1, at - 1) .. sub(bucket, at + ENTRY))
    end
  end
end
return {table.concat(positions), table.concat(lengths), table.concat(found)}
