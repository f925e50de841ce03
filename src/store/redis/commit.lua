-- Applies a commit if its holder holds the run and it follows what is stored; then cuts the old end of the history.
-- KEYS: checkpoint, history.
-- ARGV: holder, epoch, offset before, offset, n before, n, state, curve, estimate, time in ms,
--   kept estimates, kept age in ms, kept bytes.
-- Answers: 'committed', 'fenced', or 'gap' with the stored epoch, offset and n.
-- Numbers are compared as the texts they were stored as; only what is counted here becomes a number.
local stored = redis.call('HMGET', KEYS[1], 'holder', 'epoch', 'offset', 'n', 'oldest', 'bytes')
if stored[1] ~= ARGV[1] then return { 'fenced' } end
if stored[2] ~= ARGV[2] or stored[3] ~= ARGV[3] or stored[4] ~= ARGV[5] then
  return { 'gap', stored[2], stored[3], stored[4] }
end

redis.call('XADD', KEYS[2], ARGV[4] .. '-0', 'estimate', ARGV[9], 'at', ARGV[10])

local top = tonumber(ARGV[4])
local now = tonumber(ARGV[10])
local keptEstimates, keptAge, keptBytes = tonumber(ARGV[11]), tonumber(ARGV[12]), tonumber(ARGV[13])
local first = tonumber(stored[5])
local oldest = first
local bytes = tonumber(stored[6]) + #ARGV[9]
while oldest < top do
  local id = string.format('%.0f-0', oldest)
  local row = redis.call('XRANGE', KEYS[2], id, id)[1]
  if not row then break end
  local fields = row[2]
  local old = oldest <= top - keptEstimates and now - tonumber(fields[4]) >= keptAge
  if not (bytes > keptBytes or old) then break end
  bytes = bytes - #fields[2]
  oldest = oldest + 1
end
if oldest > first then redis.call('XTRIM', KEYS[2], 'MINID', string.format('%.0f-0', oldest)) end

redis.call('HSET', KEYS[1], 'offset', ARGV[4], 'n', ARGV[6], 'oldest', string.format('%.0f', oldest),
  'bytes', string.format('%.0f', bytes), 'state', ARGV[7], 'curve', ARGV[8], 'estimate', ARGV[9])
return { 'committed' }
