-- Before every script that reads or writes what an index is made of: goes no further if the index is
-- another one than the caller opened, because it was rebuilt, or because the server came back empty.
--
-- The last of KEYS names the epoch of this part of the store, the last of ARGV is the caller's.
if redis.call('GET', table.remove(KEYS)) ~= table.remove(ARGV) then
  return redis.error_reply('EPOCH of the index is another')
end
