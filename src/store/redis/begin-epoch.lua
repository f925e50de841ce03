-- Begins an epoch of a run: its history is dropped, and its terms too where it begins from nothing.
-- KEYS: checkpoint, history. ARGV: holder, epoch, 'nothing' or 'checkpoint'.
-- Answers: 'fenced', or 'started' with epoch, offset, n, state, curve and estimate of the checkpoint.
if redis.call('HGET', KEYS[1], 'holder') ~= ARGV[1] then return { 'fenced' } end
redis.call('DEL', KEYS[2])
redis.call('HDEL', KEYS[1], 'estimate')
redis.call('HSET', KEYS[1], 'epoch', ARGV[2], 'offset', '0', 'oldest', '1', 'bytes', '0')
if ARGV[3] == 'nothing' then redis.call('HSET', KEYS[1], 'n', '0', 'state', '', 'curve', '[]') end
local checkpoint = redis.call('HMGET', KEYS[1], 'epoch', 'offset', 'n', 'state', 'curve', 'estimate')
return { 'started', unpack(checkpoint) }
