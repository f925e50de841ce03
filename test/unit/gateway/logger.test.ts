import { expect, it } from 'vitest';
import { createLogger } from '../../../src/telemetry/logger.ts';

it('a line names its node and holds no secret, alone or inside a request', () => {
  const lines: string[] = [];
  const log = createLogger('info', 'n-test', { write: (line) => void lines.push(line) });
  const headers = { authorization: 'Bearer hush', cookie: 'zeno_login=hush', 'set-cookie': 'hush' };
  log.info({ headers, req: { headers }, token: 'hush', config: { adminToken: 'hush' }, ...headers }, 'hello');
  log.debug('below the level');
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain('hush');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 30, node: 'n-test', msg: 'hello' });
});
