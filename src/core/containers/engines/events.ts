import type { ContainerState } from '../../../shared/model/container.ts';
import { eventAnswer } from './answers.ts';

/** What an event says of a container. */
export interface ContainerEvent {
  readonly id: string;
  /** What is true of it at once, before it is looked at: it is gone, or runs no more. Null for anything else. */
  readonly now: 'gone' | Extract<ContainerState, 'exited' | 'paused'> | null;
}

/** Names of events after which a container is looked at; Podman's beside Docker's. */
const actions = [
  ...['create', 'start', 'restart', 'die', 'died', 'stop', 'kill', 'pause', 'unpause'],
  ...['rename', 'update', 'destroy', 'remove', 'health_status', 'connect', 'disconnect'],
];

const filters = JSON.stringify({ type: ['container', 'network'], event: actions });

/** The stream of those events alone: each HEALTHCHECK makes three more that nobody needs. */
export const eventsPath = `/events?filters=${encodeURIComponent(filters)}`;

const isId = (text: unknown): text is string =>
  typeof text === 'string' && /^[0-9a-f]{12,64}$/.test(text);

/** Reads an event; null for one that is about no container. */
export function readEvent(value: unknown): ContainerEvent | null {
  const parsed = eventAnswer.safeParse(value);
  if (!parsed.success) return null;
  const { Type, Action, status, id, Actor } = parsed.data;
  if (Type === 'network') {
    // Podman names the container where Docker names the network.
    const container = Actor?.Attributes?.['container'] ?? Actor?.ID;
    return isId(container) ? { id: container, now: null } : null;
  }
  const subject = isId(Actor?.ID) ? Actor.ID : id;
  if (!isId(subject) || (Type !== 'container' && Type !== '')) return null;
  return { id: subject, now: nowAfter(Action || status) };
}

function nowAfter(action: string): ContainerEvent['now'] {
  if (action === 'destroy' || action === 'remove') return 'gone';
  if (action === 'die' || action === 'died') return 'exited';
  return action === 'pause' ? 'paused' : null;
}
