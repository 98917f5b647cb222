import type { HostView } from '../../../../shared/contract/hosts.ts';
import type { OptionsPatch } from '../../../../shared/model/options.ts';

/** Another address for one backend: its weight and draining go with it. */
export function movedBackend(
  { backends, options }: Pick<HostView, 'backends' | 'options'>,
  index: number,
  url: string,
): { readonly backends: readonly string[]; readonly options?: OptionsPatch } {
  const old = backends[index];
  const next = backends.map((one, at) => (at === index ? url : one));
  if (old === undefined || next.includes(old)) return { backends: next };
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
