import { oc, type } from '@orpc/contract';
import { z } from 'zod';
import { limits } from '../limits.ts';
import { refusals } from './common.ts';

/** What a form needs to know of one key of config.json. */
export interface SettingHint {
  /** As `server.workers`, or `driver`. */
  readonly key: string;
  /** What it does, in one or two sentences of Markdown. */
  readonly about: string;
  /** Follows "it takes". */
  readonly takes: string;
  readonly kind: 'number' | 'toggle' | 'choice' | 'text' | 'list' | 'object';
  /** Of a number, as `s` or `MB`; null without one. */
  readonly unit: string | null;
  /** Of a number; null where nothing bounds it. */
  readonly min: number | null;
  readonly max: number | null;
  /** Of a choice, else empty. */
  readonly choices: readonly string[];
  /** Read at the start only: a change holds from the next start on. */
  readonly atStart: boolean;
  /** A part of its value may be hidden, as `***`; whoever sets it gives it whole. */
  readonly secret: boolean;
}

/** The configuration of an instance. In `values` and `defaults` secrets are hidden; both are shaped as config.json. */
export interface SettingsView {
  /** Path of the file that is read, and written by `set`. */
  readonly file: string;
  readonly exists: boolean;
  /** Why it cannot be written, as one sentence; null when it can. */
  readonly readOnly: string | null;
  /** Changes with the file; what `expect` refers to. Empty where there is no file. */
  readonly revision: string;
  /** What holds in the running instance. */
  readonly values: unknown;
  /** What would hold if no key were set. */
  readonly defaults: unknown;
  /** Keys that stand in the file, as `server.workers`; old keys by their successors. */
  readonly explicit: readonly string[];
  readonly keys: readonly SettingHint[];
}

/** Whether a value has no more than so many objects and lists inside one another. Itself it goes no deeper. */
function nestsWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => nestsWithin(inner, levels - 1));
}

export const settingsContract = {
  get: oc.errors(refusals).output(type<SettingsView>()),
  /**
   * Changes the file and has the instance go over to it, or leaves both as they are. Null takes a key, or a whole section,
   * out of the file; a list or an object replaces what was there. Everything else in the file stays, in its order.
   */
  set: oc
    .errors(refusals)
    .input(
      z.strictObject({
        /** Shaped as config.json: `{"server": {"workers": 4}, "driver": null}`. */
        patch: z
          .record(z.string().max(limits.maxOptionKeyChars), z.unknown())
          .refine((patch) => nestsWithin(patch, limits.maxSettingsDepth), {
            message: `nests deeper than ${limits.maxSettingsDepth} levels`,
            // What follows reads it to its bottom.
            abort: true,
          })
          .refine((patch) => z.json().safeParse(patch).success, 'is JSON'),
        /** The revision that the caller saw; another one is refused as a conflict. */
        expect: z.string().max(100).optional(),
      }),
    )
    .output(type<SettingsView>()),
};
