import { z } from 'zod';
import { limits } from '../limits.ts';
import { conventions } from './conventions.ts';

const word = z.string().min(1).max(limits.maxContainerNameChars);
const port = z.number().int().min(1).max(65_535);

/** What a mapping is about: all containers of a Compose service, or the one container of a name. */
export const mappingTargetSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('service'), project: word, service: word }),
  z.strictObject({ kind: z.literal('container'), name: word }),
]);

export type MappingTarget = z.infer<typeof mappingTargetSchema>;

/**
 * Host → container and port, kept true as containers come and go: a field of the hash `berth:mapping:<frontend>`. It is
 * kept by the machine that made it: only that one sees its containers.
 */
export const mappingSchema = z.strictObject({
  /** The machine that keeps it (`machine.id` of an instance's data directory), and its name for people. */
  machine: z.strictObject({ id: z.string().min(1).max(64), name: z.string().max(255) }),
  /** `ContainerEngineView.id`. */
  engine: z.string().min(1).max(limits.maxEngineIdChars),
  target: mappingTargetSchema,
  /** What its container was called before it was followed to another name: who is called so next takes the mapping. */
  formerName: word.optional(),
  /** Of the container. */
  port,
  scheme: z.enum(['http', 'https']).default('http'),
  /** `hand`, or the convention that a container asked by. */
  source: z.enum(['hand', ...conventions]),
  /** The label or variable that says it; empty for `hand`. */
  from: z.string().max(limits.maxLabelNameChars).default(''),
  /** The frontend was made by mappings alone: it goes with the last of them, when nothing else is in it. */
  made: z.boolean().default(false),
  /**
   * Entries of the frontend's list that are this mapping's: all others are somebody else's. Where they change in a
   * Redis Cluster, old and new ones for a moment.
   */
  backends: z
    .array(z.string().max(limits.maxBackendUrlBytes))
    .max(2 * limits.maxMappedBackends)
    .readonly(),
});

export type Mapping = z.infer<typeof mappingSchema>;

/** `web of shop`, or the name of the container. */
export const describeTarget = (target: MappingTarget): string =>
  target.kind === 'container' ? target.name : `${target.service} of ${target.project}`;

/** What tells the mappings of one frontend apart; the field of the hash. */
export const mappingId = ({
  machine,
  engine,
  target,
  port: at,
}: Pick<Mapping, 'machine' | 'engine' | 'target' | 'port'>): string =>
  JSON.stringify([
    machine.id,
    engine,
    target.kind === 'container' ? target.name : [target.project, target.service],
    at,
  ]);

export type MappingParse =
  | { readonly ok: true; readonly mapping: Mapping }
  | { readonly ok: false; readonly problem: string };

/** Reads a value of `berth:mapping:<frontend>`. */
export function parseMapping(text: string): MappingParse {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problem: 'is not JSON' };
  }
  const parsed = mappingSchema.safeParse(value);
  if (parsed.success) return { ok: true, mapping: parsed.data };
  const [issue] = parsed.error.issues;
  return {
    ok: false,
    problem: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'cannot be read'}`,
  };
}

export const formatMapping = (mapping: Mapping): string => JSON.stringify(mapping);
