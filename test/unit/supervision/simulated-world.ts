/**
 * A made-up world around the brains of supervisors: processes that are records, time that is a number, mailboxes whose
 * order of service is drawn by lot. Everything a brain has done passes through here and is held against what must be
 * true of any supervisor. No promise, no timer and no process is real, so that thousands of storms take seconds.
 */
import type { Random } from '../../../src/lib/random.ts';
import type { ExitReason } from '../../../src/runtime/exit-reason.ts';
import type { Pid } from '../../../src/runtime/pid.ts';
import type { StartOutcome } from '../../../src/runtime/start-outcome.ts';
import { Household, type Living, type World } from './household.ts';
import type { Blow, Plan, TreePlan, Wish } from './tree-plan.ts';

/** How likely things go wrong, each from 0 to 1. */
export interface Odds {
  /** A start fails, at once or later. */
  readonly failing: number;
  /** An init says it is not needed. */
  readonly ignoring: number;
  /** Who is told to end does not listen. */
  readonly deaf: number;
}

export class SimulatedWorld implements World {
  nowMs = 0;
  private readonly random: Random;
  private readonly odds: Odds;
  private order = 0;
  private timers: { readonly atMs: number; readonly order: number; readonly run: () => void }[] = [];
  private readonly mailboxes = new Set<Household>();
  private readonly living = new Map<Pid, Living>();
  private pids = 0;
  /** Nothing goes wrong by itself any more. */
  calm: boolean = false;
  /** Wishes that supervisors have answered. */
  answers = 0;
  rootEnd: ExitReason | null = null;
  private readonly root: Living;

  constructor(plan: TreePlan, odds: Odds, random: Random) {
    this.random = random;
    this.odds = odds;
    this.root = this.born('root', null, plan, () => {});
  }

  chance(odds: number): boolean {
    return this.random.fraction() < odds;
  }

  get fraction(): number {
    return this.random.fraction();
  }

  /** Hits the living process with this number, of however many there are; whether there was one to hit. */
  strike(target: number, blow: Blow): boolean {
    const all = [...this.living.values()].filter(({ pid }) => pid !== this.root.pid);
    const victim = all[target % Math.max(1, all.length)];
    if (victim === undefined) return false;
    if (blow === 'kill') this.die(victim, 'killed');
    // A supervisor does not end by itself in any other way.
    else if (victim.household === null && victim.phase === 'ready') {
      this.die(victim, blow === 'crash' ? { error: new Error('crash') } : blow);
    } else return false;
    return true;
  }

  /** Asks the living supervisor with this number. */
  ask(target: number, wish: Wish): void {
    const all = [...this.living.values()].flatMap(({ household }) => household ?? []);
    all[target % Math.max(1, all.length)]?.asked(Math.floor(target / Math.max(1, all.length)), wish);
  }

  /** Lets everything happen that is due within `ms`. */
  pass(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (let steps = 0; ; steps += 1) {
      if (steps > 50_000) throw new Error('the world does not come to rest');
      if (this.serveOne()) continue;
      const next = this.nextTimer(untilMs);
      if (next === null) break;
      this.nowMs = next.atMs;
      next.run();
    }
    this.nowMs = untilMs;
  }

  /** Everything has come to rest: nothing may be left half done. */
  inspect(): void {
    for (const { household } of this.living.values()) household?.inspectAtRest();
  }

  isAlive(pid: Pid): boolean {
    return this.living.has(pid);
  }

  isAliveAt(path: string): boolean {
    return [...this.living.values()].some((one) => one.path === path);
  }

  later(maxMs: number, run: () => void): void {
    this.at(Math.floor(this.random.fraction() * maxMs), run);
  }

  at(delayMs: number, run: () => void): void {
    this.order += 1;
    this.timers.push({ atMs: this.nowMs + delayMs, order: this.order, run });
  }

  wasAnswered(): void {
    this.answers += 1;
  }

  hasMail(household: Household): void {
    this.mailboxes.add(household);
  }

  start(
    path: string,
    parent: Household,
    plan: Plan,
    settled: (outcome: StartOutcome) => void,
  ): Living | StartOutcome {
    if (!this.calm && this.chance(this.odds.failing / 2)) {
      return { ok: false, reason: { error: new Error('no start') } };
    }
    return this.born(path, parent, plan.below, settled);
  }

  stop(process: Living, withinMs: number | null): void {
    if (withinMs === null) this.die(process, 'killed');
    else if (process.household !== null) process.household.close();
    else {
      const deaf = this.chance(this.odds.deaf);
      if (!deaf) this.later(30, () => this.die(process, 'shutdown'));
      if (Number.isFinite(withinMs)) this.at(withinMs, () => this.die(process, 'killed'));
      else if (deaf) this.at(500, () => this.die(process, 'shutdown'));
    }
  }

  die(process: Living, reason: ExitReason): void {
    if (process.phase === 'dead') return;
    const unborn = process.phase === 'starting';
    process.phase = 'dead';
    this.living.delete(process.pid);
    if (process.household !== null) this.fell(process.household);
    if (process === this.root) this.rootEnd = reason;
    else if (unborn) process.settled({ ok: false, reason });
    else process.parent?.told(process.pid, reason);
  }

  private fell(household: Household): void {
    this.mailboxes.delete(household);
    household.isOver = true;
    for (const child of [...this.living.values()].filter(({ parent }) => parent === household)) {
      this.die(child, 'killed');
    }
  }

  private born(
    path: string,
    parent: Household | null,
    below: TreePlan | null,
    settled: (outcome: StartOutcome) => void,
  ): Living {
    this.pids += 1;
    // A pid is an identity to a brain, and nothing else.
    const pid = { id: `p${this.pids}` } as Pid;
    const process: Living = { pid, path, parent, household: null, phase: 'starting', settled };
    this.living.set(pid, process);
    if (below === null) this.later(40, () => this.awake(process));
    else {
      process.household = new Household(this, path, below, {
        ready: () => this.ready(process),
        over: (reason) => this.die(process, reason),
      });
      process.household.post((brain) => brain.begin());
    }
    return process;
  }

  private awake(process: Living): void {
    if (process.phase !== 'starting') return;
    if (!this.calm && this.chance(this.odds.failing)) this.die(process, { error: new Error('bad init') });
    else if (!this.calm && this.chance(this.odds.ignoring)) {
      this.living.delete(process.pid);
      process.phase = 'dead';
      process.settled({ ok: false, reason: 'ignore' });
    } else this.ready(process);
  }

  private ready(process: Living): void {
    if (process.phase !== 'starting') return;
    process.phase = 'ready';
    process.settled({ ok: true, info: undefined });
  }

  /** One letter of one supervisor, drawn by lot. */
  private serveOne(): boolean {
    const waiting = [...this.mailboxes];
    const drawn = waiting[Math.floor(this.random.fraction() * waiting.length)];
    if (drawn === undefined) return false;
    if (!drawn.serve()) this.mailboxes.delete(drawn);
    return true;
  }

  private nextTimer(untilMs: number) {
    const [first] = this.timers.toSorted((a, b) => a.atMs - b.atMs || a.order - b.order);
    if (first === undefined || first.atMs > untilMs) return null;
    this.timers = this.timers.filter((timer) => timer !== first);
    return first;
  }
}
