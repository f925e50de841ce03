import { describe, expect, it } from 'vitest';
import { Flight } from '../../../../src/gateway/fan-out/flight.ts';

const bounds = { outboxSoftBytes: 64 * 1024, outboxStallMs: 30_000, ackLateMs: 1_000 };
const FRAME = 250;

/** A flight whose probes are numbered by themselves, and answered one after the other. */
function numbered(apartMs = 0) {
  const flight = new Flight(apartMs);
  const owed: number[] = [];
  let number = 0;
  return {
    flight,
    owed,
    wrote(bytes: number, nowMs: number): boolean {
      number += 1;
      const probed = flight.wrote(bytes, number, nowMs, bounds);
      if (probed) owed.push(number);
      return probed;
    },
    answered: (nowMs: number) => flight.answered(owed.shift() ?? -1, nowMs, bounds),
    look: (nowMs: number) => flight.look(nowMs, bounds),
    stalledMs: (nowMs: number) => flight.stalledMs(nowMs, bounds),
  };
}

/** One that has answered its first probe at 0 ms, with nothing in flight. */
function answering(apartMs = 0) {
  const client = numbered(apartMs);
  client.wrote(FRAME, 0);
  client.answered(0);
  return client;
}

/** One whose window has become small: the answer that was due at 2,000 ms came at 2,500. */
function late(bytes = 8_000) {
  const client = answering();
  client.wrote(bytes, 1_000);
  client.look(2_000);
  client.answered(2_500);
  return client;
}

describe('a client that answers in time', () => {
  it('is asked once a second at most, however often it is sent something, and nothing is ever held back', () => {
    const client = answering();
    let probes = 0;
    for (let ms = 1; ms <= 10_000; ms += 1) {
      if (client.wrote(50, ms)) probes += 1;
      client.look(ms);
      if (ms % 50 === 0) client.answered(ms);
      expect(client.flight.full).toBe(false);
    }
    expect(probes).toBeLessThanOrEqual(10);
    expect(probes).toBeGreaterThan(5);
  });

  it('is asked less often by as much as it is to be apart from others', () => {
    const client = answering(300);
    expect([client.wrote(FRAME, 1_299), client.wrote(FRAME, 1_300)]).toEqual([false, true]);
  });

  it('is not asked when nothing is written', () => {
    const client = answering();
    client.look(60_000);
    expect([client.stalledMs(60_000), client.flight.owes, client.flight.full]).toEqual([null, false, false]);
  });

  it('is asked more often where very much is written, by eight probes at once and no more', () => {
    const client = answering();
    const probed = Array.from({ length: 20 }, (_, turn) => client.wrote(70_000, 1 + turn));
    expect(probed).toEqual(Array.from({ length: 20 }, (_, turn) => turn < 8));
  });
});

describe('a client that has never answered', () => {
  it('may have the soft limit unanswered once its first answer is late, and is not let go for it', () => {
    const client = numbered();
    client.wrote(60_000, 0);
    client.look(1_000);
    expect([client.flight.window, client.flight.full]).toEqual([64 * 1024, false]);
    client.wrote(6_000, 1_001);
    expect([client.flight.full, client.stalledMs(1_001), client.flight.owes]).toEqual([true, null, true]);
  });

  it('for as long as a slow link would take is one that never answers, and not judged any more', () => {
    const client = numbered();
    client.wrote(150_000, 0);
    client.look(1_000);
    // 150 kB at a kilobyte a second.
    client.look(150_000);
    expect([client.flight.full, client.flight.owes]).toEqual([true, true]);
    client.look(160_000);
    expect([client.flight.full, client.flight.owes]).toEqual([false, false]);
    client.wrote(10_000_000, 200_000);
    client.look(300_000);
    expect([client.flight.full, client.stalledMs(300_000)]).toEqual([false, null]);
  });

  it('is judged from its first answer on', () => {
    const client = numbered();
    client.wrote(FRAME, 0);
    client.look(40_000);
    expect(client.flight.owes).toBe(false);
    client.answered(40_000);
    client.wrote(FRAME, 40_001);
    client.answered(40_002);
    client.wrote(8_000, 50_000);
    client.look(51_001);
    expect([client.flight.full, client.flight.owes, client.flight.window]).toEqual([true, true, 2_000]);
  });
});

describe('an answer that is late', () => {
  it('makes the window a quarter of what is in flight, once, as soon as it is late', () => {
    const client = answering();
    client.wrote(8_000, 1_000);
    client.look(1_999);
    expect(client.flight.full).toBe(false);
    client.look(2_000);
    expect([client.flight.window, client.flight.full]).toEqual([2_000, true]);
    client.look(9_000);
    expect(client.flight.window).toBe(2_000);
  });

  it('says what has been read: only what was written after its probe is in flight then', () => {
    const client = answering();
    client.wrote(8_000, 1_000);
    client.wrote(700, 1_100);
    client.answered(2_500);
    expect(client.flight.inFlight).toBe(700);
  });

  it('brings the next probe at once where what is left fills the window, and not otherwise', () => {
    const full = answering();
    full.wrote(8_000, 1_000);
    full.wrote(3_000, 1_100);
    expect(full.answered(2_500)).toBe('ask-again');
    expect([full.wrote(0, 2_500), full.flight.inFlight]).toEqual([true, 3_000]);
    const empty = answering();
    empty.wrote(8_000, 1_000);
    expect(empty.answered(2_500)).toBe('read');
  });

  it('never leaves a client without anything, and pings alone hold nothing back', () => {
    const client = late();
    let nowMs = 2_500;
    for (let time = 0; time < 20; time += 1) {
      client.wrote(5_000, nowMs);
      client.wrote(4, nowMs + 10);
      nowMs += 500 * 2 ** time;
      client.answered(nowMs);
      expect(client.flight.full).toBe(false);
    }
  });

  it('with an answer to a later probe is answered, too; one to none of ours is no answer', () => {
    const client = late(32_000);
    client.wrote(9_000, 3_000);
    client.wrote(9_000, 3_001);
    const [, second = 0] = client.owed;
    expect(client.flight.answered(second + 1, 3_010, bounds)).toBe('unasked');
    expect(client.flight.inFlight).toBe(18_000);
    expect(client.flight.answered(second, 3_010, bounds)).toBe('read');
    expect([client.flight.inFlight, client.flight.answered(second, 3_011, bounds)]).toEqual([0, 'unasked']);
  });
});

describe('a small window', () => {
  it('is probed behind a write while no probe is on its way, and behind each windowful', () => {
    const client = late();
    const probed = [700, 700, 700, 700].map((bytes, turn) => client.wrote(bytes, 2_501 + turn));
    expect(probed).toEqual([true, false, false, true]);
  });

  it('doubles with each answer in time, until it holds nothing back', () => {
    const client = late();
    const windows: (number | null)[] = [];
    for (let ms = 3_000; ms < 4_000; ms += 100) {
      client.wrote(FRAME, ms);
      client.answered(ms + 10);
      windows.push(client.flight.window);
    }
    expect(windows).toEqual([4_000, 8_000, 16_000, 32_000, 64_000, null, null, null, null, null]);
  });

  it('does not become greater by an answer that is hardly in time', () => {
    const client = late();
    client.wrote(FRAME, 3_000);
    client.answered(3_600);
    expect(client.flight.window).toBe(2_000);
    client.wrote(FRAME, 4_000);
    client.answered(4_400);
    expect(client.flight.window).toBe(4_000);
  });
});

describe('a client that owes an answer', () => {
  it('has shown nothing since it was asked, or since it has answered last', () => {
    const client = late();
    client.wrote(2_500, 3_000);
    client.wrote(2_500, 4_000);
    expect(client.stalledMs(10_000)).toBe(7_000);
    client.answered(10_000);
    expect(client.stalledMs(12_000)).toBe(2_000);
  });

  it('is excused for what much to read takes at a kilobyte a second', () => {
    const client = answering();
    client.wrote(150_000, 1_000);
    expect(client.stalledMs(151_000)).toBeLessThan(bounds.outboxStallMs);
    expect(client.stalledMs(170_000)).toBeGreaterThan(bounds.outboxStallMs);
  });

  it('is excused for a long way', () => {
    const client = numbered();
    client.wrote(FRAME, 0);
    client.answered(45_000);
    client.wrote(FRAME, 46_000);
    expect(client.stalledMs(92_000)).toBe(1_000);
  });
});
