import { eventIterator, oc, type } from '@orpc/contract';
import { z } from 'zod';
import { limits } from '../limits.ts';
import { type FrontendOptions, optionsPatchSchema } from '../model/options.ts';
import { nameSchema, refusals, storedNameSchema, urlSchema } from './common.ts';

/** Something about a frontend that is allowed and probably not meant. */
export interface LintFinding {
  readonly rule:
    | 'duplicate-backend'
    | 'missing-identifier'
    | 'unusable-backend'
    | 'no-backend'
    | 'stale-dead-mark'
    | 'shadowed'
    | 'loop'
    | 'unreadable'
    | 'unreadable-options'
    | 'option-without-backend'
    | 'redirect-without-https'
    | 'all-drained';
  readonly severity: 'error' | 'warning';
  /** One sentence: what is the case. */
  readonly message: string;
  /** One sentence: what to do. */
  readonly advice: string;
}

/** A frontend as the store has it. */
export interface HostView {
  readonly name: string;
  readonly identifier: string;
  /** Backend URLs, in the order of the list. */
  readonly backends: readonly string[];
  readonly options: FrontendOptions;
  readonly findings: readonly LintFinding[];
  /** Changes with every change of list or options: what `expect` in an edit refers to. */
  readonly revision: string;
}

export type HostsEvent =
  /** Everything, at the beginning and after the store was away. */
  | { readonly kind: 'all'; readonly hosts: readonly HostView[] }
  | { readonly kind: 'changed'; readonly host: HostView }
  | { readonly kind: 'removed'; readonly name: string };

/** One edit made through this instance, or a group of them; newest first in a list of them. */
export interface EditView {
  readonly id: number;
  /** Unix milliseconds. */
  readonly at: number;
  /** The host; of a group the first one. */
  readonly name: string;
  /** Hosts that it changed: more than one only in a group. */
  readonly hosts: number;
  /** As `added http://127.0.0.1:3000`, or of several hosts `imported 3 hosts`. */
  readonly summary: string;
  /** Whether it was taken back. */
  readonly undone: boolean;
  /** False: what was there before could not be kept, so that it cannot be taken back. */
  readonly revertible: boolean;
}

const identifier = z
  .string()
  .max(limits.maxIdentifierChars)
  .regex(/^[^\r\n]*$/, 'is one line');
/**
 * The revision that the caller saw, empty for a frontend that was not there; the edit is refused as a conflict when the
 * store has another.
 */
const expect = z.string().max(100).optional();
const backends = z.array(urlSchema).max(limits.maxBackendsPerFrontend);
/** Edits with the same `id` are one in the list of edits, and are taken back together. */
const group = z
  .strictObject({
    /** Made up by the caller; another one for each group. */
    id: z.string().min(1).max(64),
    /** What is done to the hosts, in the past tense, as `imported`. */
    verb: z.string().regex(/^[a-z]{1,20}$/, 'is one word in small letters'),
  })
  .optional();

export const hostsContract = {
  list: oc.errors(refusals).output(type<readonly HostView[]>()),
  get: oc
    .errors(refusals)
    .input(z.strictObject({ name: nameSchema }))
    .output(type<HostView>()),
  /** What there is, then each change, whoever made it. */
  watch: oc.errors(refusals).output(eventIterator(type<HostsEvent>())),
  /** Adds backends; makes the frontend when there is none. What is listed already is left as it is. */
  add: oc
    .errors(refusals)
    .input(
      z.strictObject({
        name: nameSchema,
        backends: backends.min(1),
        identifier: identifier.optional(),
        group,
      }),
    )
    .output(type<HostView>()),
  /** Replaces what is given, and leaves the rest. */
  set: oc
    .errors(refusals)
    .input(
      z.strictObject({
        name: nameSchema,
        backends: backends.optional(),
        identifier: identifier.optional(),
        options: optionsPatchSchema.optional(),
        /** Options begin with the defaults: what is stored of them, readable or not, goes. */
        reset: z.boolean().optional(),
        expect,
        group,
      }),
    )
    .output(type<HostView>()),
  /**
   * Removes these backends, or with none named the frontend with all that belongs to it. With `exact` the name is taken
   * as the store has it, which may be one that no host has.
   */
  remove: oc
    .errors(refusals)
    .input(
      z
        .strictObject({
          name: storedNameSchema,
          exact: z.boolean().optional(),
          backends: backends.min(1).optional(),
          expect,
          group,
        })
        .transform((input, context) => {
          const name = input.exact === true ? null : nameSchema.safeParse(input.name);
          if (name?.success !== false) return { ...input, name: name?.data ?? input.name };
          for (const { message } of name.error.issues) {
            context.addIssue({ code: 'custom', path: ['name'], message });
          }
          return z.NEVER;
        }),
    )
    .output(type<HostView | null>()),
  /** The last edits made through this instance. */
  edits: oc.errors(refusals).output(type<readonly EditView[]>()),
  /** Takes back an edit, the last one by default, when the store still has what it wrote; of a group all or none. */
  undo: oc
    .errors(refusals)
    .input(z.strictObject({ id: z.number().int().positive().optional() }))
    .output(type<EditView>()),
};
