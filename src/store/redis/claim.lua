-- Makes the claimant the holder of a run, and begins an epoch where there is none of this version.
-- KEYS: checkpoint, history, count of claims. ARGV: nonce, version, fresh epoch.
-- Answers: holder, then epoch, offset, n, state, curve and estimate of the checkpoint.
local token = redis.call('INCR', KEYS[3])
redis.call('PERSIST', KEYS[3])
local holder = ARGV[1] .. '|' .. string.format('%.0f', token)
if redis.call('HGET', KEYS[1], 'version') ~= ARGV[2] then
  redis.call('DEL', KEYS[1], KEYS[2])
  redis.call('HSET', KEYS[1], 'version', ARGV[2], 'epoch', ARGV[3], 'offset', '0', 'n', '0',
    'oldest', '1', 'bytes', '0', 'state', '', 'curve', '[]')
end
redis.call('HSET', KEYS[1], 'holder', holder)
local checkpoint = redis.call('HMGET', KEYS[1], 'epoch', 'offset', 'n', 'state', 'curve', 'estimate')
return { holder, unpack(checkpoint) }
