/** Shows a token that was good once, over and over, as a client does that does not fetch another. */
import { RawClient } from '../raw-client.ts';

/** Codes of the errors it was answered, in order; the connection is still there. */
export async function expiredToken(
  url: string,
  token: string,
  times: number,
): Promise<{ readonly client: RawClient; readonly codes: readonly (number | undefined)[] }> {
  const client = await RawClient.open(url);
  const codes: (number | undefined)[] = [];
  for (let id = 1; id <= times; id += 1) {
    client.say({ connect: { token }, id });
    codes.push((await client.reply(id)).error?.code);
  }
  return { client, codes };
}
