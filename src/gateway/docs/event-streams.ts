/** What the streams of Server-Sent Events say, by the name of the event: one table for both descriptions of the API. */
import type { TSchema } from 'typebox';
import { Estimate } from '../../protocols/wire/estimate.ts';
import { Bye, Snapshot, SnapshotOfRun, StateChange } from '../../protocols/wire/stream.ts';
import { SupervisionEvent } from '../../protocols/wire/supervision.ts';

export interface Message {
  readonly summary: string;
  readonly payload: TSchema;
}

export interface EventStream {
  readonly description: string;
  readonly sent: Readonly<Record<string, Message>>;
}

const ofRuns = {
  state: { summary: 'What became of the run; first of all after a resume.', payload: StateChange },
  estimate: { summary: 'A committed estimate.', payload: Estimate },
};
const bye = { summary: 'The server ends the stream; come back after `reconnectMs`.', payload: Bye };
const entries = SupervisionEvent.anyOf.map((entry) => {
  return [entry.properties.type.const, { summary: 'An entry of the feed.', payload: entry }] as const;
});

export const ofOneRun: EventStream = {
  description:
    'Estimates, each committed before it is sent. The id is a position, to come back with as Last-Event-ID.',
  sent: { snapshot: { summary: 'Begin anew from here.', payload: Snapshot }, ...ofRuns, bye },
};

export const ofSeveralRuns: EventStream = {
  description:
    'As of one run; the id is the position in all of them, and every data but `bye` names its run.',
  sent: {
    snapshot: { summary: 'Begin anew with that run from here.', payload: SnapshotOfRun },
    ...ofRuns,
    bye,
  },
};

export const ofSupervision: EventStream = {
  description:
    'What is kept of the feed first, then what happens; the name of an event is the type of its entry.',
  sent: { ...Object.fromEntries(entries), bye },
};
