/** What a supervisor goes by, checked and filled in. It may get another plan while it runs. */
import type { ChildSpec } from './child-spec.ts';
import type { RestartPolicy } from './restart-policy.ts';

export interface SupervisorPlan<in Args> {
  readonly policy: RestartPolicy;
  /** Started with the supervisor. */
  readonly children: readonly ChildSpec[];
  readonly maxChildren: number;
  /** The name of the definition, to be shown. */
  readonly module: string | undefined;
  child(args: Args): ChildSpec;
}
