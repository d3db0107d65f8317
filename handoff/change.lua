-- Writes one change of a ticket, if nobody changed it meanwhile.
-- KEYS: ticket, events, numbers, conversation. ARGV: version it had (0: a new one), ticket, event, number, talking_to,
-- opened_by, whether it is over for the customer ("1" or ""), seconds to keep what is over, the agent who has the talk.
-- Returns "done", "stale" (changed meanwhile: read again) or the number of the ticket that the conversation has.
local was = redis.call('GET', KEYS[1])
local version = was and cjson.decode(was)['version'] or 0
if version ~= tonumber(ARGV[1]) then return 'stale' end
local held = redis.call('HGET', KEYS[4], 'ticket')
if version == 0 then
  if held then return held end
  redis.call('RPUSH', KEYS[3], ARGV[4])
  held = ARGV[4]
end
redis.call('SET', KEYS[1], ARGV[2])
redis.call('RPUSH', KEYS[2], ARGV[3])
if ARGV[7] ~= '' then
  for i = 1, 2 do redis.call('EXPIRE', KEYS[i], ARGV[8]) end
else
  redis.call('PERSIST', KEYS[2])
end
if held ~= ARGV[4] then return 'done' end  -- it is being written up: the conversation has gone on
redis.call('HSET', KEYS[4], 'talking_to', ARGV[5], 'voice', ARGV[9])
if ARGV[7] == '' then
  redis.call('HSET', KEYS[4], 'ticket', ARGV[4], 'opened_by', ARGV[6])
  for i = 3, 4 do redis.call('PERSIST', KEYS[i]) end
else
  redis.call('HDEL', KEYS[4], 'ticket', 'opened_by', 'private')
  for i = 3, 4 do redis.call('EXPIRE', KEYS[i], ARGV[8]) end
end
return 'done'
