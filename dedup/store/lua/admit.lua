-- Admits articles: gives new ones a ref, keeps them until they are linked, marks them pending.
--
-- KEYS: ids, alive, waiting, pending, ledger, events, urls, names, aliases.
-- ARGV: time in microseconds, then for every article its id, fingerprint (16 bytes), record,
--       number of postings, the event that tells of it, 1 if it must be new, 1 if the id was given,
--       and the key of its URL or nothing.
-- An article is the one stored under its id, or under another name, or under its URL, which goes
-- before; in the last case an id that was given becomes a name of that one.
-- Answers for every article, by the id of the one stored: {0, ref, id} created; {1, ref, id}
-- unchanged; {2, ref, id, record} unchanged and still pending; {3, ref of the new version, id, old
-- ref, old version, id of an article that is to go into it or nothing} changed, nothing written yet;
-- {4, ref, id} there although it must be new. A call that is sent twice finds the record that it
-- wrote itself, and answers that as created.
local IDS, ALIVE, WAITING, PENDING, LEDGER, EVENTS, URLS, NAMES, ALIASES = unpack(KEYS)
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

local function add_name(name, id)
  call('HSET', NAMES, name, id)
  local list = call('HGET', ALIASES, id) or ''
  call('HSET', ALIASES, id, list .. pack('>I4', #name) .. name)
end

local function create(i, id, url)
  local ref, record = call('HINCRBY', LEDGER, 'ref', 1), ARGV[i + 2]
  call('HSET', IDS, id, five(ref) .. sub(record, 1, 4) .. ARGV[i + 1])
  if url ~= '' then
    call('HSET', URLS, url, id)
  end
  call('HSET', WAITING, five(ref), record)
  call('ZADD', PENDING, ARGV[1], five(ref))
  set_alive(ref)
  call('HINCRBY', LEDGER, 'articles', 1)
  call('HINCRBY', LEDGER, 'postings', ARGV[i + 3])
  call('XADD', EVENTS, call('HINCRBY', LEDGER, 'cursor', 1) .. '-0', 'e', ARGV[i + 4])
  return {0, ref, id}
end

-- the id of the article that an entry is, what is known of it, what is known of one that has the
-- entry's id or is named so, and the id of that one if it is to go
local function owner_of(id, fingerprint, url)
  local known, owner = call('HGET', IDS, id), id
  if not known then
    owner = call('HGET', NAMES, id) or id
    known = owner ~= id and call('HGET', IDS, owner)
  end
  if url == '' or (known and sub(known, 10) == fingerprint) then
    return owner, known, known
  end
  local holder = call('HGET', URLS, url)
  if not holder or holder == owner then
    return owner, known, known
  end
  return holder, call('HGET', IDS, holder), known, known and owner
end

local function admit(i)
  local id, fingerprint, record, url = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 7]
  local owner, known, taken, goes = owner_of(id, fingerprint, url)
  if not known then
    return create(i, id, url)
  end
  local ref = sub(known, 1, 5)
  local waiting = call('HGET', WAITING, ref)
  if waiting == record then
    return {0, number(ref), owner}
  elseif taken and ARGV[i + 5] == '1' then
    return {4, number(sub(taken, 1, 5)), owner}
  end
  if not taken and ARGV[i + 6] == '1' then
    add_name(id, owner)
  end
  if goes or sub(known, 10) ~= fingerprint then
    local new, version = call('HINCRBY', LEDGER, 'ref', 1), number('\0' .. sub(known, 6, 9))
    return {3, new, owner, number(ref), version, goes or ''}
  end
  return waiting and {2, number(ref), owner, waiting} or {1, number(ref), owner}
end

local answers = {}
for i = 2, #ARGV, 8 do
  answers[#answers + 1] = admit(i)
end
return answers
