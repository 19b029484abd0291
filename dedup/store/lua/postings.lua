-- Adds postings to buckets, or only looks buckets up; answers what was there before.
--
-- KEYS: the shard's hash of long buckets, then for every posting the small hash it stands in.
-- ARGV: most bytes of a bucket; width of a field; length of the tag; all fields in a row; to add
--       postings all entries (ref and day) in a row; where there is a window how many days it
--       reaches, and the day of each posting.
-- A bucket is a row of entries, oldest first. One that is too long for a listpack stands among
-- the long buckets, with a mark in its place. Where there is a window a bucket holds up to so many
-- bytes for any one of its days, and the answer tells those that the window may hold.
-- Answer: positions of the postings whose buckets were not empty (4 bytes each), the lengths of
-- those buckets in entries (4 bytes each), and their entries.
local ENTRY, REF, INLINE, ELSEWHERE = 7, 5, 63, '+'
local most, width, tag = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local fields, entries, window, days = ARGV[4], ARGV[5], tonumber(ARGV[6]), ARGV[7]
if entries == '' then
  entries = nil
end
local WINDOWS = 16 -- a bucket holds so many windows at most
local long = KEYS[1]
local sub, find, byte, call, pack = string.sub, string.find, string.byte, redis.call, struct.pack

local function holds(bucket, entry)
  local ref, at = sub(entry, 1, REF), 1
  while true do
    at = find(bucket, ref, at, true)
    if not at or (at - 1) % ENTRY == 0 then
      return at
    end
    at = at + 1
  end
end

local function newest(bucket)
  return #bucket > most and sub(bucket, #bucket - most + 1) or bucket
end

local function day_at(days, at)
  local high, low = byte(days, at, at + 1)
  return high * 256 + low
end

-- the newest entries of a bucket within the window around a day, and where the oldest of them
-- stands if there is no room for more
local function near(bucket, day)
  local room = most / ENTRY
  local entries, n, at = {}, room, #bucket - ENTRY + 1
  while at > 0 and n > 0 do
    if math.abs(day_at(bucket, at + REF) - day) <= window then
      entries[n], n = sub(bucket, at, at + ENTRY - 1), n - 1
    end
    at = at - ENTRY
  end
  return table.concat(entries, '', n + 1, room), n == 0 and at + ENTRY
end

local function without(bucket, at)
  return at and sub(bucket, 1, at - 1) .. sub(bucket, at + ENTRY) or bucket
end

local positions, lengths, found = {}, {}, {}
for i = 1, #KEYS - 1 do
  local key = KEYS[i + 1]
  local field = sub(fields, (i - 1) * width + 1, i * width)
  local entry = entries and sub(entries, (i - 1) * ENTRY + 1, i * ENTRY)
  if not entry or call('HSETNX', key, field, entry) == 0 then
    local stands = call('HGET', key, field)
    local bucket = stands
    if stands == ELSEWHERE then
      bucket = call('HGET', long, sub(key, tag) .. field)
    end
    local full
    if bucket then
      local answer, n = bucket, #found + 1
      if #bucket >= most then
        if window then
          answer, full = near(bucket, day_at(days, i * 2 - 1))
        else
          answer = newest(bucket)
        end
      end
      positions[n], lengths[n] = pack('<I4', i - 1), pack('<I4', #answer / ENTRY)
      found[n] = answer
    end
    if entry and not holds(bucket, entry) then
      if window then
        bucket = without(bucket, full) .. entry
        bucket = #bucket > WINDOWS * most and sub(bucket, ENTRY + 1) or bucket
      else
        bucket = newest(bucket .. entry)
      end
      if #bucket <= INLINE then
        call('HSET', key, field, bucket)
        if stands == ELSEWHERE then
          call('HDEL', long, sub(key, tag) .. field)
        end
      else
        call('HSET', long, sub(key, tag) .. field, bucket)
        if stands ~= ELSEWHERE then
          call('HSET', key, field, ELSEWHERE)
        end
      end
    end
  end
end
return {table.concat(positions), table.concat(lengths), table.concat(found)}
