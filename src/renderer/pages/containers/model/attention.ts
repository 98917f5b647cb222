import type { ContainersView } from '../../../../shared/contract/containers.ts';
import { engineStates, hasFailed } from './words.ts';

/** Something about containers that a person should look at, as a sentence. */
export type Attention = readonly string[];

/**
 * Mappings that lead nowhere though their containers should be there, and labels that cannot be followed. A container
 * that somebody stopped is none: it was meant.
 */
export function attentionOf(view: ContainersView | null): Attention {
  if (view === null || !view.enabled) return [];
  const found: string[] = [];
  const byId = new Map(view.containers.map((container) => [container.id, container]));
  for (const { name, state, containers } of view.mappings) {
    if (state === 'unreachable' || state === 'unknown') {
      found.push(`${name} is ${state}`);
    } else if (state === 'stopped') {
      const failed = containers.map((id) => byId.get(id)).find((one) => one && hasFailed(one));
      if (failed !== undefined) found.push(`${name}: ${failed.name} has failed`);
    }
  }
  for (const { name, problems } of view.containers) {
    if (problems.length > 0) found.push(`${name} has a label that cannot be followed`);
  }
  for (const { name, state } of view.engines) {
    if (state === 'forbidden' || state === 'failed') {
      found.push(`${name}: ${engineStates[state].word}`);
    }
  }
  return found;
}
