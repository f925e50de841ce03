import { expect, test } from 'vitest';
import { partialShares } from '../../../src/actors/partial-shares.ts';
import type { UserId } from '../../../src/protocols/identity.ts';
import { type Answer, done, refuse } from '../../../src/protocols/refusal.ts';

const [ann, bob] = ['ann' as UserId, 'bob' as UserId];

test('a user has no more than their share under way, whatever others have, and gets it back as each is done', async () => {
  const shares = partialShares(2);
  const ends: (() => void)[] = [];
  const begin = (user: UserId) =>
    shares.within(user, () => new Promise<Answer<string>>((end) => ends.push(() => end(done('x')))));
  const under = [begin(ann), begin(ann)];
  expect(await begin(ann)).toMatchObject({
    ok: false,
    code: 'too-many-requests',
    limit: 'partialsPerUser',
    detail: '2 partials are being summed for you. Wait for one of them.',
  });
  under.push(begin(bob));
  expect(ends).toHaveLength(3);
  ends[0]?.();
  expect(await under[0]).toEqual({ ok: true, value: 'x' });
  under.push(begin(ann));
  expect(ends).toHaveLength(4);
  for (const end of ends) end();
  expect(await Promise.all(under)).toHaveLength(4);
});

test('work that is refused or throws gives its share back', async () => {
  const shares = partialShares(1);
  const refused = async () => refuse('not-ready', 'not now');
  const throwing = async (): Promise<Answer<null>> => {
    throw new Error('a bug');
  };
  expect(await shares.within(ann, refused)).toMatchObject({ code: 'not-ready' });
  await expect(shares.within(ann, throwing)).rejects.toThrow('a bug');
  expect(await shares.within(ann, async () => done(1))).toMatchObject({ ok: true });
});
