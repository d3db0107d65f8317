-- Appends one word, once. KEYS: state, stream, ids, choices. ARGV: ttl, speaker, kind, id, exchange, voice (an
-- agent who speaks only while they have the talk, or ''), field, value, ...
-- Returns {seq, "new"|"repeat"|"refused", exchange or why}.
local ttl, speaker, kind, id, exchange, voice = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local known = redis.call('HGET', KEYS[3], id)
if known then
  local at = redis.call('XRANGE', KEYS[2], known .. '-0', known .. '-0')
  local was = ''
  if at[1] then
    for i = 1, #at[1][2], 2 do if at[1][2][i] == 'exchange' then was = at[1][2][i + 1] end end
  end
  return {tonumber(known), 'repeat', was}
end
local asks = speaker == 'customer' and (kind == 'message' or kind == 'choice')
if asks then
  exchange = id
elseif exchange == '' then
  exchange = redis.call('HGET', KEYS[1], 'exchange') or id
end
if speaker == 'bot' then
  local talking_to = redis.call('HGET', KEYS[1], 'talking_to') or 'bot'
  if talking_to == 'agent' then return {0, 'refused', 'agent'} end
  if talking_to == 'queue' and redis.call('HGET', KEYS[1], 'opened_by') ~= exchange then
    return {0, 'refused', 'queue'}
  end
  if redis.call('HEXISTS', KEYS[3], 'gone:' .. exchange) == 1 then return {0, 'refused', 'gone'} end
end
if voice ~= '' then
  local who = redis.call('HMGET', KEYS[1], 'talking_to', 'voice')
  if who[1] ~= 'agent' or (who[2] and who[2] ~= voice) then return {0, 'refused', 'not_owner'} end
end
local seq = redis.call('HINCRBY', KEYS[1], 'seq', 1)
local entry = {}
for i = 7, #ARGV, 2 do
  entry[#entry + 1] = ARGV[i]
  if ARGV[i] == 'exchange' then entry[#entry + 1] = exchange else entry[#entry + 1] = ARGV[i + 1] end
  if ARGV[i] == 'choices' and ARGV[i + 1] ~= '[]' then
    redis.call('HSET', KEYS[1], 'offered', seq)
    for _, choice in ipairs(cjson.decode(ARGV[i + 1])) do
      choice['offered_in'] = exchange
      choice['seq'] = seq
      redis.call('HSET', KEYS[4], choice['payload'], cjson.encode(choice))
    end
  end
  if ARGV[i] == 'at' then redis.call('HSET', KEYS[1], 'last_at', ARGV[i + 1]) end
end
redis.call('XADD', KEYS[2], seq .. '-0', unpack(entry))
redis.call('HSET', KEYS[3], id, seq)
if asks then
  redis.call('HSET', KEYS[1], 'exchange', id, 'asked', seq)
  redis.call('HDEL', KEYS[1], 'offered')
end
-- While a ticket is open nothing runs out: a message left before a long weekend waits for its agent. The word that tells
-- of its end sets the expiry again.
local held = redis.call('HEXISTS', KEYS[1], 'ticket') == 1
for _, key in ipairs(KEYS) do
  if held then redis.call('PERSIST', key) else redis.call('EXPIRE', key, ttl) end
end
return {seq, 'new', exchange}
