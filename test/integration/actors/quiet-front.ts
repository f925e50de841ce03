/** A door that nobody knocks at: clients of these tests are let in through the service. */
import type { Front } from '../../../src/protocols/ports/front.ts';

export const quietFront: Front = {
  listen: async () => ({ kind: 'listening', listening: { url: 'http://nowhere', close() {} } }),
};
