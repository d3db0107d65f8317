-- Changes an SMS if it is in one of the states named. KEYS: texts. ARGV: key, states (with blanks around), JSON of what changes.
-- Returns the SMS after the change, or nothing.
local found = redis.call('HGET', KEYS[1], ARGV[1])
if not found then return false end
local text = cjson.decode(found)
if not string.find(ARGV[2], ' ' .. text['state'] .. ' ', 1, true) then return false end
for name, value in pairs(cjson.decode(ARGV[3])) do text[name] = value end
local changed = cjson.encode(text)
redis.call('HSET', KEYS[1], ARGV[1], changed)
return changed
