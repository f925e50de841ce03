import { expect, it } from 'vitest';
import { adminToken, repository, Spawned, temporaryFolder } from '../support/node-process.ts';

it.each(['stop', 'kill'])(
  'a program whose node has ended by %s has nothing left and exits by itself',
  async (how) => {
    const program = new Spawned(process.execPath, ['test/e2e/node-in-a-program.ts', how], {
      cwd: repository,
      env: {
        ...process.env,
        ZENO_PORT: '0',
        ZENO_DATA: temporaryFolder(),
        ZENO_ADMIN_TOKEN: adminToken,
        ZENO_WORKERS: '2',
      },
    });
    expect(await program.exit(15_000), program.stderr).toEqual({ code: 0, signal: null });
    const { meanwhile, left, living } = JSON.parse(program.stdout);
    expect(meanwhile).toEqual(expect.arrayContaining(['MessagePort', 'TCPServerWrap']));
    expect([left, living]).toEqual([[], 0]);
  },
);
