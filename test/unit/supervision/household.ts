/** One simulated supervisor: its brain, its mailbox, and the law it is held to. */
import type { ExitReason } from '../../../src/runtime/exit-reason.ts';
import type { Pid } from '../../../src/runtime/pid.ts';
import type { StartOutcome } from '../../../src/runtime/start-outcome.ts';
import { Brain, type Fate } from '../../../src/supervision/brain.ts';
import type { Child } from '../../../src/supervision/child.ts';
import { type ChildSpec, shutdownMs, shutdownOf } from '../../../src/supervision/child-spec.ts';
import type { Hands } from '../../../src/supervision/hands.ts';
import type { SupervisorPlan } from '../../../src/supervision/supervisor-plan.ts';
import type { Plan, TreePlan, Wish } from './tree-plan.ts';

/** A process of the simulated world. */
export interface Living {
  readonly pid: Pid;
  readonly path: string;
  readonly parent: Household | null;
  household: Household | null;
  phase: 'starting' | 'ready' | 'dead';
  settled: (outcome: StartOutcome) => void;
}

/** What a supervisor needs of the world around it. */
export interface World {
  readonly nowMs: number;
  readonly fraction: number;
  isAlive(pid: Pid): boolean;
  isAliveAt(path: string): boolean;
  /** Begins a process; or why it failed at once. */
  start(
    path: string,
    parent: Household,
    plan: Plan,
    settled: (outcome: StartOutcome) => void,
  ): Living | StartOutcome;
  /** Tells a process to end; null for a kill. */
  stop(process: Living, withinMs: number | null): void;
  at(delayMs: number, run: () => void): void;
  later(maxMs: number, run: () => void): void;
  hasMail(household: Household): void;
  wasAnswered(): void;
}

export class Household implements Hands {
  isOver: boolean = false;
  private readonly world: World;
  private readonly path: string;
  private readonly plan: TreePlan;
  private readonly plans = new Map<string, Plan>();
  private readonly specs: readonly ChildSpec[];
  private readonly brain: Brain<ChildSpec, never>;
  private readonly letters: ((brain: Brain<ChildSpec, never>) => void)[] = [];
  private readonly processes = new Map<Child, Living>();
  private readonly waits = new Map<Child, object>();
  private isReady: boolean = false;
  private closing: boolean = false;
  private gaveUp: boolean = false;
  private readonly restartsAtMs: number[] = [];
  private startedInStep = new Set<Child>();
  /** Who is asked by name may stand in any order, and stay down. */
  private wasAsked: boolean = false;
  private readonly ignored = new Set<string>();
  private questions = 0;

  constructor(world: World, path: string, plan: TreePlan, fate: Fate) {
    this.world = world;
    this.path = path;
    this.plan = plan;
    this.specs = plan.children.map((child, index): ChildSpec => {
      this.plans.set(String(index), child);
      return {
        id: String(index),
        start: () => {
          throw new Error('the world starts children');
        },
        restart: child.restart,
        shutdown: child.shutdown,
        significant: child.significant,
        type: child.below === null ? 'worker' : 'supervisor',
      };
    });
    this.brain = new Brain(path, this.planUnder(plan.strategy, this.specs), this, {
      ready: () => {
        this.isReady = true;
        fate.ready();
      },
      over: (reason) => {
        this.law(!this.isOver, 'it is over once');
        this.law(this.alive().length === 0, `nobody is left behind: ${this.alive().map(({ id }) => id)}`);
        this.isOver = true;
        fate.over(reason);
      },
    });
  }

  private planUnder(
    strategy: TreePlan['strategy'],
    children: readonly ChildSpec[],
  ): SupervisorPlan<ChildSpec> {
    const { autoShutdown, max, periodMs, backoff } = this.plan;
    return {
      policy: { strategy, autoShutdown, limits: { max, periodMs }, backoff: backoff ?? undefined },
      children,
      maxChildren: Number.POSITIVE_INFINITY,
      module: undefined,
      child: (spec) => spec,
    };
  }

  /** Another strategy, and the children in another order. */
  private otherPlan(target: number): SupervisorPlan<ChildSpec> {
    const strategies = ['one_for_one', 'one_for_all', 'rest_for_one'] as const;
    const [first, ...rest] = this.specs;
    const rotated = first === undefined ? [] : [...rest, first];
    return this.planUnder(strategies[target % 3] ?? 'one_for_one', target % 2 === 0 ? rotated : this.specs);
  }

  post(letter: (brain: Brain<ChildSpec, never>) => void): void {
    if (this.isOver) return;
    this.letters.push(letter);
    this.world.hasMail(this);
  }

  /** Handles one letter; whether there are more. */
  serve(): boolean {
    const letter = this.letters.shift();
    this.startedInStep = new Set();
    if (letter !== undefined && !this.isOver) letter(this.brain);
    return this.letters.length > 0;
  }

  told(pid: Pid, reason: ExitReason): void {
    const atMs = this.world.nowMs;
    this.post((brain) => brain.exited(pid, reason, atMs));
  }

  asked(target: number, wish: Wish): void {
    const id = String(target % this.plan.children.length);
    const spec = this.specs[Number(id)];
    if (spec === undefined || !this.isReady) return;
    this.wasAsked = true;
    this.questions += 1;
    const answered = () => {
      this.questions -= 1;
      this.world.wasAnswered();
    };
    this.post((brain) => {
      const { admin } = brain;
      if (wish === 'update') brain.update(this.otherPlan(target), answered);
      else if (wish === 'terminate') admin.terminateChild(id, answered);
      else if (wish === 'restart') admin.restartChild(id, answered);
      else if (wish === 'delete') admin.deleteChild(id, answered);
      else admin.startChild(spec, answered);
    });
  }

  close(): void {
    this.post((brain) => {
      this.closing = true;
      brain.close('shutdown');
    });
  }

  inspectAtRest(): void {
    this.law(!this.closing && !this.gaveUp, 'an end that was begun comes to an end');
    this.law(this.isReady, 'a start that was begun is over');
    this.law(this.questions === 0, `${this.questions} who asked are answered`);
    for (const child of this.brain.children()) {
      const { id, state, pid, restart } = child;
      this.law(state === 'running' || state === 'stopped', `child ${id} is left ${state}`);
      this.law(
        (state === 'running') === (pid !== null && this.world.isAlive(pid)),
        `child ${id} is what it seems`,
      );
      const mayBeDown = restart !== 'permanent' || this.ignored.has(id) || this.wasAsked;
      this.law(state === 'running' || mayBeDown, `child ${id} is back`);
      this.law(
        state === 'running' || restart !== 'temporary' || this.wasAsked,
        `temporary ${id} is forgotten`,
      );
    }
  }

  // --- what its brain has done -----------------------------------------------------------------------------------

  nowMs(): number {
    return this.world.nowMs;
  }

  fraction(): number {
    return this.world.fraction;
  }

  alive(): Child[];
  alive(pid: Pid): boolean;
  alive(pid?: Pid): Child[] | boolean {
    if (pid !== undefined) return this.world.isAlive(pid);
    return [...this.processes].filter(([, { phase }]) => phase !== 'dead').map(([child]) => child);
  }

  start(child: Child): StartOutcome | null {
    const plan = this.plans.get(child.id);
    this.law(!this.isOver && !this.closing && !this.gaveUp, 'nothing is started any more');
    this.law(!this.world.isAliveAt(child.path), `no two of ${child.id} live`);
    const hadItsTurn = !this.startedInStep.has(child) || this.wasAsked;
    this.law(hadItsTurn, `everybody has a turn between two attempts at ${child.id}`);
    this.startedInStep.add(child);
    this.ignored.delete(child.id);
    const together = this.plan.strategy !== 'one_for_one' || !this.isReady;
    if (together && !this.wasAsked)
      this.law(this.after(child).length === 0, `nobody after ${child.id} lives when it is started`);
    if (this.isReady && !together && !this.wasAsked) this.countRestart();
    if (plan === undefined) throw new Error(`no child ${child.id}`);
    const { attempt } = child;
    const started = this.world.start(child.path, this, plan, (outcome) => {
      if (!outcome.ok && outcome.reason === 'ignore') this.ignored.add(child.id);
      this.post((brain) => brain.started(child, attempt, outcome));
    });
    if ('ok' in started) return started;
    this.processes.set(child, started);
    this.brain.spawned(child, started.pid, plan.below === null ? 'worker' : 'supervisor');
    return null;
  }

  end(child: Child, pid: Pid): void {
    const process = this.processes.get(child);
    this.law(!this.isOver, 'nobody is ended any more');
    this.law(process?.pid === pid, `the present ${child.id} is ended`);
    const inOrder = this.after(child).length === 0 || this.wasAsked;
    this.law(inOrder, `nobody after ${child.id} lives when it is ended`);
    if (process !== undefined)
      this.world.stop(process, shutdownMs(shutdownOf(child.spec.shutdown, child.type)));
  }

  wait(child: Child, delayMs: number): void {
    const token = {};
    this.law(this.plan.backoff !== null && delayMs <= this.plan.backoff.maxMs, 'a backoff within its bound');
    this.waits.set(child, token);
    this.world.at(delayMs, () => {
      if (this.waits.get(child) === token) this.post((brain) => brain.due(child, 'timer'));
    });
  }

  stopWaiting(child: Child): void {
    this.waits.delete(child);
  }

  yield(child: Child): void {
    this.world.later(2, () => this.post((brain) => brain.due(child, 'turn')));
  }

  restarted(): void {}
  progress(): void {}
  report(): void {}

  exceeded(restarts: number): void {
    this.law(restarts === this.plan.max + 1, `it gives up at the first restart too many, not at ${restarts}`);
    this.gaveUp = true;
  }

  private countRestart(): void {
    const { max, periodMs, backoff } = this.plan;
    this.restartsAtMs.push(this.world.nowMs);
    const recent = this.restartsAtMs.filter((atMs) => atMs >= this.world.nowMs - periodMs);
    // With a backoff the attempts come later than they were counted.
    if (backoff === null)
      this.law(recent.length <= max, `${recent.length} restarts where ${max} are allowed`);
  }

  private after(child: Child): Child[] {
    return this.alive().filter((other) => Number(other.id) > Number(child.id));
  }

  private law(holds: boolean, text: string): void {
    if (!holds) throw new Error(`${this.path} at ${this.world.nowMs} ms: ${text}`);
  }
}
