/** One process per data folder, whoever asks and however the holder ends. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { lockDataFolder } from '../../../src/store/data-folder.ts';
import { Child } from './child.ts';
import { TemporaryFolder } from './temporary-folder.ts';

const me = { pid: process.pid, host: 'here', since: '2026-11-22T17:00:00.000Z' };

it('a second process is refused and told who holds the folder', async () => {
  using folder = new TemporaryFolder();
  await using holder = new Child('folder-holder.ts', [folder.path]);
  expect(JSON.parse(await holder.line(0))).toEqual({ kind: 'locked', folder: folder.path });
  const refused = lockDataFolder(folder.path, me);
  expect(refused).toMatchObject({ kind: 'refused', problem: 'in-use' });
  expect(refused.kind === 'refused' && refused.detail).toContain(
    `${folder.path} is in use by process ${holder.pid} on testhost since 2026-11-22T16:00:00.000Z`,
  );
});

it('the refused one leaves lock and sidecar as they are', async () => {
  using folder = new TemporaryFolder();
  await using holder = new Child('folder-holder.ts', [folder.path]);
  await holder.line(0);
  const before = readFileSync(folder.file('zeno.lock.json'), 'utf8');
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    await using second = new Child('folder-holder.ts', [folder.path]);
    expect(JSON.parse(await second.line(0))).toMatchObject({ problem: 'in-use' });
  }
  expect(readFileSync(folder.file('zeno.lock.json'), 'utf8')).toBe(before);
  expect(lockDataFolder(folder.path, me)).toMatchObject({ problem: 'in-use' });
});

it('kill -9 of the holder frees the folder, and the next holder is named', async () => {
  using folder = new TemporaryFolder();
  await using holder = new Child('folder-holder.ts', [folder.path]);
  await holder.line(0);
  await holder.kill('SIGKILL');
  expect(existsSync(folder.file('zeno.lock.json'))).toBe(true);
  const locked = lockDataFolder(folder.path, me);
  expect(locked.kind).toBe('locked');
  expect(JSON.parse(readFileSync(folder.file('zeno.lock.json'), 'utf8'))).toEqual(me);
  if (locked.kind === 'locked') locked.release();
});

it('release frees the folder for another process and takes the sidecar away', async () => {
  using folder = new TemporaryFolder();
  await using holder = new Child('folder-holder.ts', [folder.path]);
  await holder.line(0);
  holder.say('release');
  await holder.line(1);
  expect(existsSync(folder.file('zeno.lock.json'))).toBe(false);
  const locked = lockDataFolder(folder.path, me);
  expect(locked.kind).toBe('locked');
  if (locked.kind !== 'locked') return;
  locked.release();
  locked.release();
});

it('the same process does not get the folder twice', () => {
  using folder = new TemporaryFolder();
  const first = lockDataFolder(folder.path, me);
  expect(lockDataFolder(folder.path, me)).toMatchObject({ kind: 'refused', problem: 'in-use' });
  if (first.kind === 'locked') first.release();
});

it('of many that start at once exactly one has the folder', async () => {
  using folder = new TemporaryFolder();
  const children = Array.from({ length: 5 }, () => new Child('folder-holder.ts', [folder.path]));
  const answers = await Promise.all(children.map(async (child) => JSON.parse(await child.line(0)).kind));
  await Promise.all(children.map((child) => child.kill('SIGKILL')));
  expect(answers.toSorted()).toEqual(['locked', 'refused', 'refused', 'refused', 'refused']);
});

it('an unreadable sidecar does not weaken the lock', () => {
  using folder = new TemporaryFolder();
  const first = lockDataFolder(folder.path, me);
  writeFileSync(folder.file('zeno.lock.json'), '{"pid":');
  const second = lockDataFolder(folder.path, me);
  expect(second.kind === 'refused' && second.detail).toContain('in use by another process');
  if (first.kind === 'locked') first.release();
});

it('a missing folder is made, with its parents, for its owner only', () => {
  using folder = new TemporaryFolder();
  const locked = lockDataFolder(folder.file('a/b'), me);
  expect(locked).toMatchObject({ kind: 'locked', folder: folder.file('a/b') });
  expect(statSync(folder.file('a/b')).mode & 0o777).toBe(0o700);
  if (locked.kind === 'locked') locked.release();
});

it.each(['file', 'file/below', 'file/below/deeper'])(
  'a file is not a folder, nor is what lies below (%s)',
  (path) => {
    using folder = new TemporaryFolder();
    writeFileSync(folder.file('file'), 'a file');
    const before = folder.fingerprint();
    const refused = lockDataFolder(folder.file(path), me);
    expect(refused).toMatchObject({ kind: 'refused', problem: 'not-a-folder' });
    expect(refused.kind === 'refused' && refused.detail).toContain(folder.file(path));
    expect(folder.fingerprint()).toEqual(before);
  },
);

it('a place where no folder can be made is refused at once', () => {
  expect(lockDataFolder('/proc/nope/deeper', me)).toMatchObject({ kind: 'refused', problem: 'not-writable' });
});
