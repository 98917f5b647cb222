import { limits } from '../../shared/limits.ts';

/** The field that says which instances a request went through, and where each sent it. */
export const trailField = 'x-berth-trail';

/** A passage of a request through an instance of Berth. */
export interface Passage {
  /** The name of the instance in Via fields. */
  readonly instance: string;
  readonly host: string;
  /** Index of the backend that got the request. */
  readonly backend: number;
}

/** As `berth-a1b2c3/app.dev.local#0`. */
export const passageText = ({ instance, host, backend }: Passage): string =>
  `${instance}/${host}#${backend}`;

const form = /^([\w-]{1,64})\/([\w.:[\]-]{1,253})#(\d{1,4})$/;

/**
 * Reads the beginning of the field, more than a request may have; what is no passage is left out.
 *
 * @param value values of all fields of that name, joined by commas
 */
export function readTrail(value: string): readonly Passage[] {
  const trail: Passage[] = [];
  for (const text of value.split(',', limits.maxPassages * 2)) {
    const [, instance, host, backend] = form.exec(text.trim()) ?? [];
    if (instance === undefined || host === undefined) continue;
    trail.push({ instance, host, backend: Number(backend) });
  }
  return trail;
}
