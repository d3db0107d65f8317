-- A code that was replaced, unless it has run out meanwhile and stands for another conversation.
if redis.call('GET', KEYS[1]) == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end
return 0
