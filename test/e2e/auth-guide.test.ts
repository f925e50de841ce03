/** The example of docs/auth.md, run as it is printed, against a node on another port. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repository, Spawned, startNode, temporaryFolder } from '../support/node-process.ts';

const guide = readFileSync(join(repository, 'docs/auth.md'), 'utf8');
const [start = '', use = ''] = [...guide.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(
  ([, script = '']) => script,
);

it('makes a token that opens what the guide says, and nothing else', async () => {
  const settings = [...start.matchAll(/\b(ZENO_\w+)=(\S+)/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);
  const { url } = await startNode({ data: temporaryFolder(), env: Object.fromEntries(settings) });
  const { PATH } = process.env;
  const script = use.replaceAll('http://127.0.0.1:8080', url);
  const shell = new Spawned('sh', ['-c', script], { cwd: repository, env: { PATH } });
  expect((await shell.exit()).code, shell.said()).toBe(0);
  const [opened = '', refused = ''] = shell.stdout.split('\n').filter((line) => line !== '');
  expect(JSON.parse(opened)).toMatchObject({ run: 'leibniz' });
  const { status, detail } = JSON.parse(refused);
  expect(guide).toContain(`${status} forbidden\`: \`${detail}\``);
  expect(shell.stderr).toBe('');
});
