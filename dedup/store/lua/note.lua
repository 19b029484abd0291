-- Writes the header. KEYS: header. ARGV: the header.
redis.call('SET', KEYS[1], ARGV[1])
