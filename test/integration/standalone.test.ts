/** The runtime and its supervisors are usable alone: three folders and nact are all they need. */
import { cpSync, globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repository, Spawned, temporaryFolder } from '../support/node-process.ts';

/** A package of somebody else with what docs/supervision.md tells to copy and to install. */
function strangersPackage(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const copied of ['src/runtime', 'src/supervision', 'src/lib', 'examples/pipeline.ts']) {
    cpSync(join(repository, copied), join(folder, copied), { recursive: true });
  }
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(repository, 'node_modules/nact'), join(folder, 'node_modules/nact'));
  return folder;
}

async function outputOf(args: readonly string[], cwd: string): Promise<string> {
  const node = new Spawned(process.execPath, args, { cwd, env: {} });
  expect(await node.exit(), node.said()).toEqual({ code: 0, signal: null });
  expect(node.stderr).toBe('');
  return node.stdout;
}

it('an example runs in a folder that has runtime, supervision, lib and nact, and nothing else of ours', async () => {
  expect(await outputOf(['examples/pipeline.ts'], strangersPackage())).toContain(
    'the sink has had 16, 25, 36',
  );
});

it('no file of the three folders needs anything that is not there', async () => {
  const importAll = `
    import { globSync } from 'node:fs';
    const files = globSync('src/*/*.ts');
    for (const file of files) await import('./' + file);
    console.log(files.length > 50 ? 'all' : files);`;
  expect(await outputOf(['--input-type=module', '--eval', importAll], strangersPackage())).toBe('all\n');
});

it('passes the compiler with the tsconfig that the guide prints', async () => {
  const folder = strangersPackage();
  const guide = readFileSync(join(repository, 'docs/supervision.md'), 'utf8');
  const [, tsconfig = ''] = /^```json\n([\s\S]*?)^```$/m.exec(guide) ?? [];
  writeFileSync(join(folder, 'tsconfig.json'), tsconfig);
  for (const needed of ['typescript', '@typescript', '@types', 'undici-types']) {
    symlinkSync(join(repository, 'node_modules', needed), join(folder, 'node_modules', needed));
  }
  expect(await outputOf([join(repository, 'node_modules/typescript/bin/tsc'), '-p', '.'], folder)).toBe('');
  expect(globSync('**/*.js', { cwd: join(folder, 'src') })).toEqual([]);
});
