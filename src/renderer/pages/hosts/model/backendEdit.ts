import type { HostView } from '../../../../shared/contract/hosts.ts';
import type { OptionsPatch } from '../../../../shared/model/options.ts';

/** A backend as it was shown; others may have moved it since. */
export interface BackendPlace {
  readonly index: number;
  readonly url: string;
}

/** Where it is now; -1 where it was taken out. One that is listed twice is looked for where it was first. */
export const indexOfPlace = (backends: readonly string[], { index, url }: BackendPlace): number =>
  backends[index] === url ? index : backends.indexOf(url);

/** Another address for one backend: its weight and draining go with it. Null where it is listed no more. */
export function movedBackend(
  { backends, options }: Pick<HostView, 'backends' | 'options'>,
  place: BackendPlace,
  url: string,
): { readonly backends: readonly string[]; readonly options?: OptionsPatch } | null {
  const index = indexOfPlace(backends, place);
  if (index === -1) return null;
  const old = place.url;
  const next = backends.map((one, at) => (at === index ? url : one));
  if (next.includes(old)) return { backends: next };
  const weight = options.weights[old];
  const isDrained = options.drained.includes(old);
  if (weight === undefined && !isDrained) return { backends: next };
  const { [old]: _, ...weights } = options.weights;
  return {
    backends: next,
    options: {
      ...(weight === undefined ? {} : { weights: { ...weights, [url]: weight } }),
      ...(isDrained ? { drained: [...options.drained.filter((one) => one !== old), url] } : {}),
    },
  };
}

/** Weights with another one for a backend; those of 1 are not kept. */
export function withWeight(
  weights: Readonly<Record<string, number>>,
  url: string,
  weight: number,
): Record<string, number> {
  const { [url]: _, ...others } = weights;
  return weight === 1 ? others : { ...others, [url]: weight };
}
