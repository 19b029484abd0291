-- Reads articles' places in the graph.
--
-- KEYS: nodes, clusters, redirects, waiting, alive. ARGV: refs, 5 bytes each, in a row.
-- Answers: 1 or 0 for every ref that is there or not, in a row; their nodes; the records of those
-- that are pending; then names of clusters as nodes have them, each with the name it goes by now
-- and its record.
local NODES, CLUSTERS, REDIRECTS, WAITING, ALIVE = unpack(KEYS)
local CHUNK, NONE = 1024, '\0\0\0\0\0\0'
local call, sub = redis.call, string.sub
local refs = ARGV[1]

local alive, nodes, waiting, clusters, seen = {}, {}, {}, {}, {}
local chunks = {}
for i = 1, #refs / 5 do
  local ref = sub(refs, i * 5 - 4, i * 5)
  local number = struct.unpack('>I8', '\0\0\0' .. ref)
  local place = number % CHUNK
  local chunk = (number - place) / CHUNK
  if chunks[chunk] == nil then
    chunks[chunk] = call('HGET', ALIVE, chunk)
  end
  local byte = chunks[chunk] and string.byte(chunks[chunk], math.floor(place / 8) + 1) or 0
  alive[i] = math.floor(byte / 2 ^ (place % 8)) % 2 == 1 and '1' or '0'
  nodes[i] = call('HGET', NODES, ref)
  waiting[i] = call('HGET', WAITING, ref)
  local name = nodes[i] and sub(nodes[i], 9, 14)
  if name and name ~= NONE and not seen[name] then
    seen[name] = true
    local now = call('HGET', REDIRECTS, name) or name
    local n = #clusters
    clusters[n + 1], clusters[n + 2], clusters[n + 3] = name, now, call('HGET', CLUSTERS, now)
  end
end
return {table.concat(alive), nodes, waiting, clusters}
