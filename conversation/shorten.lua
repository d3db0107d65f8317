-- Shortens what outlives its conversation; nothing is lengthened, nothing is touched while a ticket is open.
-- KEYS: the conversation's hash, then any of its keys. ARGV: lifetime after the last word, now, least rest (seconds).
-- Returns how many were shortened.
local state = redis.call('HMGET', KEYS[1], 'ticket', 'last_at')
if state[1] then return 0 end
local rest = tonumber(ARGV[1])
if state[2] then rest = math.max(tonumber(state[2]) + rest - tonumber(ARGV[2]), tonumber(ARGV[3])) end
rest = math.ceil(rest)
local shortened = 0
for i = 2, #KEYS do
  if redis.call('TTL', KEYS[i]) > rest then
    redis.call('EXPIRE', KEYS[i], rest)
    shortened = shortened + 1
  end
end
return shortened
