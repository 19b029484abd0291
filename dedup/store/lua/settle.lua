-- Keeps the answer to a named request, or frees the name.
--
-- KEYS: the name. ARGV: the token of the holder, and the answer; none frees the name.
local found = redis.call('GET', KEYS[1])
if found and #found == 56 and string.sub(found, 9, 24) == ARGV[1] then
  if ARGV[2] then
    redis.call('SET', KEYS[1], found .. ARGV[2], 'KEEPTTL')
  else
    redis.call('DEL', KEYS[1])
  end
end
