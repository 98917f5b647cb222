import { limits } from '../../shared/limits.ts';
import { type Passage, readTrail } from '../headers/trail.ts';
import { passedBy } from '../headers/via.ts';

/**
 * Why a request goes in a circle, in one sentence; null when it does not. One that comes back as another host is none: a
 * dev server asks another host of ours so. Via says that it was here; the trail says as what, and is there still where
 * somebody between has dropped Via.
 *
 * @param via, trail values of all fields of that name, joined by commas; null when there is none
 * @param instance the name of this instance in both
 * @param host that the request asks for
 */
export function loopOf(
  via: string | null,
  trail: string | null,
  instance: string,
  host: string,
): string | null {
  const wasHere = via !== null && passedBy(via, instance);
  if (trail === null) return wasHere ? 'It passed through here before.' : null;
  const passages = readTrail(trail);
  const ours = passages.filter((passage) => passage.instance === instance);
  const before = ours.findLast((passage) => passage.host === host);
  if (before !== undefined) return `${sentTo(before)}, and came back${wayOf(passages, before)}.`;
  if (wasHere && ours.length === 0) return 'It passed through here before.';
  if (passages.length >= limits.maxPassages) {
    return `It went from host to host ${passages.length} times: ${hostsOf(passages)}.`;
  }
  return null;
}

const sentTo = ({ host, backend }: Passage): string =>
  `It was sent to backend #${backend} of ${host}`;

/** Where it went in between. */
function wayOf(passages: readonly Passage[], from: Passage): string {
  const between = passages.slice(passages.lastIndexOf(from) + 1);
  return between.length === 0 ? '' : ` by way of ${hostsOf(between)}`;
}

const hostsOf = (passages: readonly Passage[]): string =>
  passages.map(({ host, backend }) => `${host} (#${backend})`).join(', ');
