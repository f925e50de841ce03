/** Many who all come at once, leave as soon as they have been let in, and come again without a moment's pause. */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Opening } from './openings.ts';

export interface Storm {
  readonly letIn: number;
  readonly turnedAway: number;
}

export async function reconnectStorm(
  url: string,
  opening: Opening,
  { clients, rounds }: { readonly clients: number; readonly rounds: number },
): Promise<Storm> {
  const { hostname, port } = new URL(url);
  let letIn = 0;
  let turnedAway = 0;
  const come = async () => {
    for (let round = 0; round < rounds; round += 1) {
      const socket = connect(Number(port), hostname).on('error', () => {});
      socket.write(opening.bytes(url, 'leibniz'));
      const [answer] = await once(socket, 'data').catch(() => ['']);
      if (/^HTTP\/1\.1 (200|101) /.test(String(answer))) letIn += 1;
      else turnedAway += 1;
      // Half of them without a word.
      if (round % 2 === 0) socket.resetAndDestroy();
      else socket.destroy();
    }
  };
  await Promise.all(Array.from({ length: clients }, come));
  return { letIn, turnedAway };
}
