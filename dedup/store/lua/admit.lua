-- Admits articles: gives new ones a ref, keeps them until they are linked, marks them pending.
--
-- KEYS: ids, alive, waiting, pending, ledger, events.
-- ARGV: time in microseconds, then for every article its id, fingerprint (16 bytes), record,
--       number of postings, the event that tells of it, and 1 if it must be new.
-- Answers for every article: {0, ref} created; {1, ref} unchanged; {2, ref, record} unchanged and
-- still pending; {3, ref of the new version, old ref, old version} changed, nothing written yet;
-- {4, ref} there although it must be new. A call that is sent twice finds the record that it wrote
-- itself, and answers that as created.
local IDS, ALIVE, WAITING, PENDING, LEDGER, EVENTS = unpack(KEYS)
local CHUNK = 1024
local call, sub, pack = redis.call, string.sub, struct.pack

local function five(ref)
  return sub(pack('>I8', ref), 4)
end

local function number(bytes)
  return (struct.unpack('>I8', '\0\0\0' .. bytes))
end

local function set_alive(ref)
  local place = ref % CHUNK
  local chunk = (ref - place) / CHUNK
  local bits = call('HGET', ALIVE, chunk) or string.rep('\0', CHUNK / 8)
  local at = math.floor(place / 8) + 1
  local byte = string.byte(bits, at) + 2 ^ (place % 8)
  call('HSET', ALIVE, chunk, sub(bits, 1, at - 1) .. string.char(byte) .. sub(bits, at + 1))
end

local answers = {}
for i = 2, #ARGV, 6 do
  local id, fingerprint, record = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local known = call('HGET', IDS, id)
  local answer
  if not known then
    local ref = call('HINCRBY', LEDGER, 'ref', 1)
    call('HSET', IDS, id, five(ref) .. sub(record, 1, 4) .. fingerprint)
    call('HSET', WAITING, five(ref), record)
    call('ZADD', PENDING, ARGV[1], five(ref))
    set_alive(ref)
    call('HINCRBY', LEDGER, 'articles', 1)
    call('HINCRBY', LEDGER, 'postings', ARGV[i + 3])
    call('XADD', EVENTS, call('HINCRBY', LEDGER, 'cursor', 1) .. '-0', 'e', ARGV[i + 4])
    answer = {0, ref}
  else
    local ref = sub(known, 1, 5)
    local waiting = call('HGET', WAITING, ref)
    if waiting == record then
      answer = {0, number(ref)}
    elseif ARGV[i + 5] == '1' then
      answer = {4, number(ref)}
    elseif sub(known, 10) ~= fingerprint then
      local new, version = call('HINCRBY', LEDGER, 'ref', 1), number('\0' .. sub(known, 6, 9))
      answer = {3, new, number(ref), version}
    else
      answer = waiting and {2, number(ref), waiting} or {1, number(ref)}
    end
  end
  answers[#answers + 1] = answer
end
return answers
