/** What clients over links of every kind are given, in simulated time: by a way's length, its width, and what else is said. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Flight } from '../../../../src/gateway/fan-out/flight.ts';

const bounds = { outboxSoftBytes: 64 * 1024, outboxStallMs: 30_000, ackLateMs: 1_000 };
const EVERY_MS = 100;
const LOOK_MS = 250;
const STEP_MS = 10;

interface Link {
  /** From a write to the answer behind it, where nothing stands before it. */
  readonly wayMs: number;
  readonly bytesPerMs: number;
  /** Of an estimate. */
  readonly frame: number;
  /** What is said beside estimates, whether it fits or not: so many bytes, so often. */
  readonly beside: { readonly bytes: number; readonly everyMs: number };
  /** How long after the start the way becomes as long as `wayMs`; until then it has none. */
  readonly longFromMs: number;
}

interface Told {
  /** When each estimate was written, how old it was when it was read, and the most that was in flight then. */
  readonly writtenMs: readonly number[];
  readonly ages: readonly { readonly readMs: number; readonly age: number }[];
  readonly inFlight: readonly number[];
  /** Longest time in which it owed something and had shown nothing, as it is judged. */
  readonly stalledMs: number;
  readonly held: number;
}

/** Estimates are made all the time, and the newest is held while the flight is full; probes weigh six bytes. */
function run(link: Link, forMs: number): Told {
  const flight = new Flight(0);
  const onTheWay: { left: number; madeMs: number | null; probe: number | null }[] = [];
  const answers: { atMs: number; number: number }[] = [];
  const writtenMs: number[] = [];
  const ages: { readMs: number; age: number }[] = [];
  const inFlight: number[] = [];
  let stalledMs = 0;
  let heldMs: number | null = null;
  let held = 0;
  let number = 0;
  const write = (bytes: number, madeMs: number | null, nowMs: number) => {
    number += 1;
    const probed = flight.wrote(bytes, number, nowMs, bounds);
    onTheWay.push({ left: bytes + (probed ? 6 : 0), madeMs, probe: probed ? number : null });
    inFlight.push(flight.inFlight);
    if (madeMs !== null) writtenMs.push(nowMs);
  };
  const release = (nowMs: number) => {
    if (heldMs === null || flight.full) return;
    write(link.frame, heldMs, nowMs);
    heldMs = null;
  };
  write(FIRST, null, 0);
  for (let nowMs = STEP_MS; nowMs < forMs; nowMs += STEP_MS) {
    if (nowMs % EVERY_MS === 0) {
      if (heldMs !== null) held += 1;
      heldMs = nowMs;
      release(nowMs);
    }
    if (nowMs % link.beside.everyMs === 0) write(link.beside.bytes, null, nowMs);
    if (nowMs % LOOK_MS === 0) {
      flight.look(nowMs, bounds);
      stalledMs = Math.max(stalledMs, flight.stalledMs(nowMs, bounds) ?? 0);
    }
    let room = link.bytesPerMs * STEP_MS;
    while (room > 0) {
      const [next] = onTheWay;
      if (next === undefined) break;
      const bytes = Math.min(room, next.left);
      next.left -= bytes;
      room -= bytes;
      if (next.left > 0) break;
      onTheWay.shift();
      if (next.madeMs !== null) ages.push({ readMs: nowMs, age: nowMs - next.madeMs });
      const wayMs = nowMs < link.longFromMs ? 0 : link.wayMs;
      if (next.probe !== null) answers.push({ atMs: nowMs + wayMs, number: next.probe });
    }
    while ((answers[0]?.atMs ?? Number.POSITIVE_INFINITY) <= nowMs) {
      const answer = answers.shift();
      if (answer === undefined) break;
      const what = flight.answered(answer.number, nowMs, bounds);
      expect(what).not.toBe('unasked');
      if (what === 'ask-again') write(0, null, nowMs);
      // Whoever has nothing before it gets the newest, and who has something is asked for it.
      if (flight.inFlight === 0) expect(flight.full).toBe(false);
      if (flight.full) expect(flight.owes).toBe(true);
      release(nowMs);
    }
  }
  return { writtenMs, ages, inFlight, stalledMs, held };
}

/** Pings and changes of state. */
const little = fc.record({ bytes: fc.constantFrom(4, 40), everyMs: fc.constantFrom(1_100, 5_000, 25_000) });
const much = fc.record({ bytes: fc.constantFrom(300, 1_200, 9_000), everyMs: fc.constantFrom(500, 5_000) });
/** What a client is said first: the reply to its `connect`. */
const FIRST = 200;
const frame = fc.integer({ min: 100, max: 6_000 });
const wide = 1_000;

it('one that is far away, by up to minutes, is spared hardly anything: its answers are as old as its way is long', () => {
  const links = fc.record({
    wayMs: fc.constantFrom(0, 300, 990, 1_000, 1_200, 3_000, 20_000, 150_000),
    bytesPerMs: fc.constant(wide),
    frame,
    beside: fc.oneof(little, much),
    longFromMs: fc.constant(0),
  });
  fc.assert(
    fc.property(links, (link) => {
      const forMs = 8 * link.wayMs + 10_000;
      const { writtenMs, stalledMs } = run(link, forMs);
      const settled = writtenMs.filter((ms) => ms >= 4 * link.wayMs).length;
      expect(settled).toBeGreaterThanOrEqual(Math.floor((forMs - 4 * link.wayMs) / EVERY_MS) - 1);
      expect(stalledMs).toBeLessThan(bounds.outboxStallMs);
    }),
    { numRuns: 60 },
  );
});

it('one whose way becomes long all at once gets one estimate a way at least, and soon all of them again', () => {
  const links = fc.record({
    wayMs: fc.constantFrom(1_200, 3_000, 10_000),
    bytesPerMs: fc.constant(wide),
    frame,
    beside: little,
    longFromMs: fc.constantFrom(5_000, 20_000, 33_330),
  });
  fc.assert(
    fc.property(links, (link) => {
      const forMs = link.longFromMs + 40 * link.wayMs + 10_000;
      const { writtenMs } = run(link, forMs);
      const gaps = writtenMs.map((ms, at) => ms - (writtenMs[at - 1] ?? 0));
      expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * link.wayMs + 1_000);
      const settledFromMs = link.longFromMs + 30 * link.wayMs;
      const settled = writtenMs.filter((ms) => ms >= settledFromMs).length;
      expect(settled).toBeGreaterThanOrEqual(Math.floor((forMs - settledFromMs) / EVERY_MS) - 1);
    }),
    { numRuns: 60 },
  );
});

it('one that reads slowly gets fresh ones, has little in flight, and is not taken for one that stalls', () => {
  const links = fc.record({
    wayMs: fc.constantFrom(0, 50, 400, 1_500),
    bytesPerMs: fc.constantFrom(1, 2, 5),
    frame: fc.integer({ min: 700, max: 1_500 }),
    beside: little,
    longFromMs: fc.constant(0),
  });
  fc.assert(
    fc.property(links, (link) => {
      const { ages, inFlight, stalledMs, held } = run(link, 240_000);
      const settled = ages.filter(({ readMs }) => readMs > 120_000);
      const wholeMs = link.frame / link.bytesPerMs;
      expect(settled.length).toBeGreaterThan((0.5 * 120_000) / (wholeMs + link.wayMs));
      expect(Math.max(...settled.map(({ age }) => age))).toBeLessThan(5 * (1_000 + link.wayMs + wholeMs));
      expect(Math.max(...inFlight)).toBeLessThan(2 * bounds.outboxSoftBytes);
      expect(stalledMs).toBeLessThan(bounds.outboxStallMs);
      if (link.frame > EVERY_MS * link.bytesPerMs * 2) expect(held).toBeGreaterThan(100);
    }),
    { numRuns: 60 },
  );
});
