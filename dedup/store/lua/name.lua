-- Lets an article be known by other names, unless somebody has them.
--
-- KEYS: ids, names, aliases. ARGV: the id, then the names.
local IDS, NAMES, ALIASES = unpack(KEYS)
local id = ARGV[1]
if redis.call('HEXISTS', IDS, id) == 0 then
  return
end
local list = {redis.call('HGET', ALIASES, id) or ''}
for i = 2, #ARGV do
  local name = ARGV[i]
  if redis.call('HEXISTS', IDS, name) == 0 and redis.call('HSETNX', NAMES, name, id) == 1 then
    list[#list + 1] = struct.pack('>I4', #name) .. name
  end
end
if #list > 1 then
  redis.call('HSET', ALIASES, id, table.concat(list))
end
