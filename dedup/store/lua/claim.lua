-- Claims the name of a request, or says who has it.
--
-- KEYS: the name. ARGV: digest of the content and token of who asks (16 bytes each), for how many
--       milliseconds to hold the name, and for how many to keep it.
-- A name holds: until when it is held (8 bytes), the token of the holder, the first token, the
-- digest (16 bytes each), and then the answer, once there is one.
-- Answers {state, what is held}; the state is 0 ours, 1 inherited, 2 taken, 3 answered.
local name, digest, token = KEYS[1], ARGV[1], ARGV[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = struct.pack('>I8', now + ARGV[3])
local found = redis.call('GET', name)
if not found then
  found = held .. token .. token .. digest
  redis.call('SET', name, found, 'PX', ARGV[4])
  return {0, found}
end
if #found > 56 then
  return {3, found}
end
local owner, first, known = string.sub(found, 9, 24), string.sub(found, 25, 40), string.sub(found, 41)
if known == digest and owner == token then
  return {owner == first and 0 or 1, found} -- the call was sent twice
end
if known ~= digest or struct.unpack('>I8', found) > now then
  return {2, found}
end
found = held .. token .. first .. known
redis.call('SET', name, found, 'KEEPTTL')
return {1, found}
