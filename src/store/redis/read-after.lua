-- Reads a run's history after an offset, together with where the history begins and ends.
-- KEYS: checkpoint, history. ARGV: epoch, first offset wanted, most rows.
-- Answers: epoch, offset, oldest and newest estimate of the run, then the rows if the epoch is the run's.
local stored = redis.call('HMGET', KEYS[1], 'epoch', 'offset', 'oldest', 'estimate')
local rows = {}
if stored[1] == ARGV[1] and tonumber(ARGV[3]) > 0 then
  rows = redis.call('XRANGE', KEYS[2], ARGV[2] .. '-0', '+', 'COUNT', ARGV[3])
end
return { stored[1], stored[2], stored[3], stored[4], rows }
