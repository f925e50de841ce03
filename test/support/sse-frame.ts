/** SSE read the way a client reads it, from the protocol's own words and not from the codec under test. */

export interface SseFrame {
  readonly event: string;
  readonly id: string | null;
  readonly data: string;
}

/** The events among whole frames; `retry` and comments are left out. Throws on what no SSE reader understands. */
export function readFrames(text: string): SseFrame[] {
  const frames: SseFrame[] = [];
  const blocks = text.split('\n\n');
  if (blocks.pop() !== '') throw new Error(`a frame was cut: ${text.slice(-80)}`);
  for (const block of blocks) {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      const colon = line.indexOf(':');
      if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trimStart());
      else if (colon < 0) throw new Error(`a line of no field: ${line}`);
    }
    const event = fields.get('event');
    if (event !== undefined)
      frames.push({ event, id: fields.get('id') ?? null, data: fields.get('data') ?? '' });
  }
  return frames;
}
