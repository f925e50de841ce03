/** The example of the guide for clients, run as it is printed, with a WebSocket and without. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { repository, Spawned, startNode, temporaryFolder } from '../support/node-process.ts';

const guide = readFileSync(join(repository, 'docs/clients.md'), 'utf8');
const [, printed = ''] = /^```js\n\/\/ example: fall-back.*\n([\s\S]*?)^```$/m.exec(guide) ?? [];

it.each([
  ['websocket', 'connection/websocket'],
  ['http_stream', 'nowhere'],
])('shows estimates over %s', async (transport, path) => {
  const { url } = await startNode({ data: temporaryFolder() });
  const script = printed.replace('127.0.0.1:8080', new URL(url).host).replace('connection/websocket', path);
  const node = new Spawned(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: repository,
    env: {},
  });
  const said = new RegExp(`^over ${transport}\\n(\\d+ 3\\.1\\d+\\n){3}`);
  await eventually(`three estimates over ${transport}`, () => said.test(node.stdout));
  expect(node.stderr).toBe('');
});
