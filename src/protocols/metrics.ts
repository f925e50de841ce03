/**
 * Every metric of the service by name: what it counts, in which unit, and by which label it is told apart. The table is
 * the single source for `/metrics`, for who counts, and for the documentation.
 */

interface Metric {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** The one label by which its values are told apart; null for a metric of one value. */
  readonly label: string | null;
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[];
}

function counter(help: string, label: string | null = null) {
  return { kind: 'counter', help, label } as const satisfies Metric;
}

function gauge(help: string, label: string | null = null) {
  return { kind: 'gauge', help, label } as const satisfies Metric;
}

function histogram(help: string, buckets: readonly number[]) {
  return { kind: 'histogram', help, label: null, buckets } as const satisfies Metric;
}

const SECONDS = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];

/** By the name they are exported under. */
export const metrics = {
  zeno_clients: gauge('client connections that are open', 'format'),
  zeno_subscriptions: gauge('clients that watch a run, the lobby or the feed', 'channel'),
  zeno_connects_total: counter('client connections that were opened', 'format'),
  zeno_closes_total: counter(
    'client connections that the server ended, by its farewell; bad-request also for what breaks WebSocket',
    'farewell',
  ),
  zeno_limits_reached_total: counter('times a bound was reached and its one outcome came', 'limit'),
  zeno_resumes_total: counter(
    'subscriptions, by how they began: recovered, or why there was a snapshot',
    'outcome',
  ),
  zeno_commands_total: counter('commands of clients that give them', 'method'),
  zeno_estimates_total: counter('committed estimates that a hub has sent to its clients'),
  zeno_deliveries_total: counter('estimates that were written to a client'),
  zeno_conflated_total: counter('estimates that a client was spared because it was slow or asked for fewer'),
  zeno_broadcast_seconds: histogram(
    'from the first frame that clients are given in a turn of the loop to the last write of it',
    SECONDS,
  ),
  zeno_frames_total: counter('frames handed to client connections'),
  zeno_writes_total: counter('writes to client sockets; frames / writes says how many go in one'),
  zeno_buffered_bytes: gauge('bytes that wait for all clients together'),
  zeno_commit_seconds: histogram('time the store took for a commit', SECONDS),
  zeno_commits_total: counter('commits by what became of them', 'outcome'),
  zeno_store_up: gauge('1 while the store answers, 0 while it does not'),
  zeno_store_ping_seconds: histogram('round trip to the store; with Redis its lag', SECONDS),
  zeno_runs: gauge('runs of the list, by state', 'state'),
  zeno_workers: gauge('worker threads that take ranges'),
  zeno_ranges: gauge(
    'ranges and folds: with a worker (assigned), or to be handed out anew (waiting)',
    'state',
  ),
  zeno_requests_total: counter(
    'HTTP requests that were answered, by status; a stream or a WebSocket (101) counts when it opens',
    'status',
  ),
  zeno_refusals_total: counter('HTTP requests that were refused, by the code of the problem', 'code'),
  zeno_processes: gauge('processes of the supervision tree'),
  zeno_mailbox_longest: gauge('messages waiting in the fullest mailbox'),
  zeno_dropped_messages_total: counter('messages that a full mailbox refused'),
  zeno_dead_letters_total: counter('messages to processes that were not there any more'),
  zeno_restarts_total: counter('restarts by supervisors, by the first two names of the path', 'branch'),
  zeno_intensity_exceeded_total: counter(
    'supervisors that gave up, by the first two names of the path',
    'branch',
  ),
} as const satisfies Record<string, Metric>;

type Metrics = typeof metrics;
type MetricName = keyof Metrics;
export type CounterName = { [N in MetricName]: Metrics[N]['kind'] extends 'counter' ? N : never }[MetricName];
export type GaugeName = { [N in MetricName]: Metrics[N]['kind'] extends 'gauge' ? N : never }[MetricName];
export type HistogramName = {
  [N in MetricName]: Metrics[N]['kind'] extends 'histogram' ? N : never;
}[MetricName];
