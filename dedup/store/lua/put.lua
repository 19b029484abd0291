-- Puts articles on their shard. KEYS: the times, then the key of every article. ARGV: for every
-- article its record, its time and its ref.
local records, times = {}, {}
for i = 2, #KEYS do
  local record, at, ref = unpack(ARGV, i * 3 - 5, i * 3 - 3)
  records[i * 2 - 3], records[i * 2 - 2] = KEYS[i], record
  times[i * 2 - 3], times[i * 2 - 2] = at, ref
end
redis.call('MSET', unpack(records))
redis.call('ZADD', KEYS[1], unpack(times))
