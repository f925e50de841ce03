-- Ends a run. The count of claims stays for a while, so that a late holder of the run is not taken for a new one.
-- KEYS: checkpoint, history, count of claims. ARGV: how long that is, in ms.
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('PEXPIRE', KEYS[3], ARGV[1])
