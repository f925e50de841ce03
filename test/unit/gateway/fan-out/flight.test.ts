import { describe, expect, it } from 'vitest';
import { Flight } from '../../../../src/gateway/fan-out/flight.ts';

const bounds = { outboxSoftBytes: 64 * 1024, ackLateMs: 1_000 };
const FRAME = 250;

/** One that has answered its first probe at 0 ms, with nothing in flight. */
function answering(): Flight {
  const flight = new Flight(0);
  flight.wrote(FRAME, 0, bounds);
  flight.answered(0, bounds);
  return flight;
}

/** One whose window has become small: the answer that was due at 2,000 ms came at 2,500. */
function late(): Flight {
  const flight = answering();
  flight.wrote(4_000, 1_000, bounds);
  flight.look(2_000, bounds);
  flight.answered(2_500, bounds);
  return flight;
}

describe('a client that answers in time', () => {
  it('is asked once a second at most, however much it is sent, and nothing is ever held back', () => {
    const flight = answering();
    let probes = 0;
    for (let ms = 1; ms <= 10_000; ms += 1) {
      if (flight.wrote(FRAME, ms, bounds)) probes += 1;
      flight.look(ms, bounds);
      if (ms % 50 === 0) flight.answered(ms, bounds);
      expect(flight.full).toBe(false);
    }
    expect(probes).toBeLessThanOrEqual(10);
    expect(probes).toBeGreaterThan(5);
  });

  it('is asked less often by as much as it is to be apart from others', () => {
    const flight = new Flight(300);
    flight.wrote(FRAME, 0, bounds);
    flight.answered(0, bounds);
    expect([flight.wrote(FRAME, 1_299, bounds), flight.wrote(FRAME, 1_300, bounds)]).toEqual([false, true]);
  });

  it('is not asked when nothing is written', () => {
    const flight = answering();
    flight.look(60_000, bounds);
    expect([flight.owedMs(60_000), flight.full]).toEqual([null, false]);
  });
});

describe('a client that has never answered', () => {
  it('is not judged: it owes nothing, and nothing is held back', () => {
    const flight = new Flight(0);
    expect(flight.wrote(10_000_000, 0, bounds)).toBe(true);
    flight.look(60_000, bounds);
    expect([flight.owedMs(60_000), flight.full, flight.window]).toEqual([null, false, null]);
    expect(flight.wrote(FRAME, 60_000, bounds)).toBe(false);
  });

  it('and does so late is judged from then on', () => {
    const flight = new Flight(0);
    flight.wrote(4_000, 0, bounds);
    flight.wrote(4_000, 1, bounds);
    expect(flight.answered(3_000, bounds)).toBe(true);
    expect([flight.window, flight.inFlight, flight.full]).toEqual([2_000, 4_000, true]);
  });
});

describe('an answer that is late', () => {
  it('makes the window a quarter of what is in flight, once, as soon as it is late', () => {
    const flight = answering();
    flight.wrote(4_000, 1_000, bounds);
    flight.look(1_999, bounds);
    expect(flight.full).toBe(false);
    flight.look(2_000, bounds);
    expect([flight.window, flight.full, flight.owedMs(2_000)]).toEqual([1_000, true, 1_000]);
    flight.look(9_000, bounds);
    expect(flight.window).toBe(1_000);
  });

  it('says what has been read: only what was written after its probe is in flight then', () => {
    const flight = answering();
    flight.wrote(4_000, 1_000, bounds);
    flight.wrote(700, 1_100, bounds);
    flight.answered(2_500, bounds);
    expect(flight.inFlight).toBe(700);
  });

  it('brings the next probe at once where what is left fills the window, and not otherwise', () => {
    const full = answering();
    full.wrote(4_000, 1_000, bounds);
    full.wrote(3_000, 1_100, bounds);
    expect(full.answered(2_500, bounds)).toBe(true);
    const empty = answering();
    empty.wrote(4_000, 1_000, bounds);
    expect(empty.answered(2_500, bounds)).toBe(false);
  });

  it('never leaves a client without anything: with nothing in flight one frame may go', () => {
    const flight = late();
    let nowMs = 2_500;
    for (let time = 0; time < 20; time += 1) {
      flight.wrote(FRAME, nowMs, bounds);
      nowMs += 2_000;
      flight.answered(nowMs, bounds);
      if (flight.inFlight === 0) expect(flight.full).toBe(false);
    }
    expect(flight.window).toBe(1);
  });
});

describe('a small window', () => {
  it('is probed behind every write while no probe is on its way', () => {
    const flight = late();
    expect([flight.wrote(FRAME, 2_501, bounds), flight.wrote(FRAME, 2_502, bounds)]).toEqual([true, false]);
    flight.answered(2_510, bounds);
    expect(flight.wrote(FRAME, 2_511, bounds)).toBe(true);
  });

  it('doubles with each answer in time, until it holds nothing back', () => {
    const flight = late();
    const windows: (number | null)[] = [];
    for (let ms = 3_000; ms < 4_000; ms += 100) {
      flight.wrote(FRAME, ms, bounds);
      flight.answered(ms + 10, bounds);
      windows.push(flight.window);
    }
    expect(windows).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 64_000, null, null, null, null]);
  });
});

it('a client that reads a kilobyte a second is never more than a few seconds behind, and never idle', () => {
  const flight = new Flight(0);
  /** When each frame was made, in the order in which they are read; the first may be read in part. */
  const onTheWay: { bytes: number; madeMs: number; probe: boolean }[] = [];
  let heldMs: number | null = null;
  let idleMs = 0;
  const ages: number[] = [];
  const send = (madeMs: number, nowMs: number) => {
    onTheWay.push({ bytes: FRAME, madeMs, probe: flight.wrote(FRAME, nowMs, bounds) });
    heldMs = null;
  };
  for (let ms = 0; ms < 120_000; ms += 1) {
    if (ms % 100 === 0) {
      if (flight.full) heldMs = ms;
      else send(ms, ms);
    }
    if (ms % 250 === 0) flight.look(ms, bounds);
    const [next] = onTheWay;
    if (next === undefined) {
      idleMs += 1;
      continue;
    }
    next.bytes -= 1;
    if (next.bytes > 0) continue;
    onTheWay.shift();
    if (next.madeMs >= 0) ages.push(ms - next.madeMs);
    if (!next.probe) continue;
    if (flight.answered(ms, bounds)) onTheWay.push({ bytes: 6, madeMs: -1, probe: true });
    if (!flight.full && heldMs !== null) send(heldMs, ms);
  }
  const settled = ages.slice(20);
  expect(settled.length).toBeGreaterThan(300);
  expect(Math.max(...settled)).toBeLessThan(4_000);
  expect(idleMs).toBeLessThan(12_000);
});
