import { expect, test } from 'vitest';
import { farewells } from '../../../src/protocols/wire/farewell.ts';
import { endings } from '../../support/transports/dialogue.ts';

test('each farewell has the code and the name that clients were promised', () => {
  const codes = Object.entries(farewells).map(([name, { code }]) => [code, name]);
  // Without a farewell there is only what stands for a cut, and for the end of the one run that was watched.
  expect({ 1006: 'cut', 2000: 'ended', ...Object.fromEntries(codes) }).toEqual(endings);
});

test('no reason is taken for advice, and none is empty: a client would come back that must not', () => {
  for (const { reason } of Object.values(farewells)) {
    expect(reason).toMatch(/^[a-z ]+$/);
    expect(() => JSON.parse(reason)).toThrow(SyntaxError);
  }
});
