-- Puts SMS into a conversation's outbox, each once. KEYS: state, texts. ARGV: ttl, texted before, texted after (or '' and
-- '': they are not of the words of the stream), key, JSON, key, JSON, ... Returns 1, or 0 when another door was first.
if ARGV[2] ~= '' then
  if (redis.call('HGET', KEYS[1], 'texted') or '0') ~= ARGV[2] then return 0 end
  redis.call('HSET', KEYS[1], 'texted', ARGV[3])
end
local added = 1
for i = 4, #ARGV, 2 do added = redis.call('HSETNX', KEYS[2], ARGV[i], ARGV[i + 1]) end
redis.call('EXPIRE', KEYS[2], ARGV[1])
return added
