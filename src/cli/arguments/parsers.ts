/** What commander calls with each word it read: values of the right type, or a complaint that names the rule. */
import { InvalidArgumentError } from 'commander';
import { limits } from '../../shared/limits.ts';
import { parseFrontendName } from '../../shared/model/hostname.ts';
import { statusList } from '../../shared/model/optionWords.ts';
import { readBackendUrl } from './backendUrl.ts';
import { readDuration } from './duration.ts';

const refuse = (rule: string): never => {
  throw new InvalidArgumentError(rule);
};

/** A backend, and the word it was written as. */
export interface GivenUrl {
  readonly url: string;
  readonly word: string;
  readonly isShort: boolean;
}

export function hostName(word: string): string {
  const parsed = parseFrontendName(word);
  if (parsed.ok) return parsed.name;
  const inUrl = /^https?:\/\/([^/:?#]+)/i.exec(word)?.[1];
  if (inUrl !== undefined) return refuse(`It is a URL: write ${inUrl} alone.`);
  // The word itself stands before.
  return refuse(`It ${parsed.problem.replace(/: ".*"$/s, '')}.`);
}

export function backendUrl(word: string): GivenUrl {
  const read = readBackendUrl(word);
  return read.ok ? { ...read, word } : refuse(`It ${read.problem}.`);
}

/** For words that may come several times. */
export const several =
  <T>(parse: (word: string) => T) =>
  (word: string, previous: readonly T[] | undefined): readonly T[] => [
    ...(previous ?? []),
    parse(word),
  ];

export interface GivenWeight extends GivenUrl {
  readonly weight: number;
}

export function weight(word: string): GivenWeight {
  const at = word.lastIndexOf('=');
  const number = word.slice(at + 1);
  if (at < 1 || !/^\d{1,3}$/.test(number) || Number(number) < 1 || Number(number) > 100) {
    refuse('It takes URL=N, with N from 1 to 100.');
  }
  return { ...backendUrl(word.slice(0, at)), weight: Number(number) };
}

export const durationMs =
  (least: number, most: number) =>
  (word: string): number => {
    const ms = readDuration(word);
    if (ms === null) return refuse('It takes a duration such as 500ms, 30s or 5m.');
    if (ms < least || ms > most) return refuse(`It takes ${least} ms to ${most / 1000} s.`);
    return ms;
  };

export const checkDuration = durationMs(limits.minCheckMs, limits.maxCheckMs);

export const wholeNumber =
  (least: number, most: number) =>
  (word: string): number => {
    const value = /^\d{1,9}$/.test(word) ? Number(word) : Number.NaN;
    return value >= least && value <= most
      ? value
      : refuse(`It takes a whole number from ${least} to ${most}.`);
  };

/** A list of statuses, as a health check takes it. */
export function statuses(word: string): string {
  return statusList.test(word)
    ? word
    : refuse('It takes statuses such as 200, 200,204, 2xx or 200-399.');
}

export function filePath(word: string): string {
  return word === '' ? refuse('It takes the path of a file.') : word;
}

/** A path that begins with /, `tcp` or `off`. */
export function checkTarget(word: string): string {
  return word === 'tcp' || word === 'off' || /^\/[\x21-\x7e]{0,1023}$/.test(word)
    ? word
    : refuse('It takes a path such as /health, tcp or off.');
}

/** The same without `off`: there is nothing to switch off yet. */
export function newCheckTarget(word: string): string {
  return word === 'off' ? refuse('It takes a path such as /health or tcp.') : checkTarget(word);
}

export function httpPath(word: string): string {
  return /^\/[\x21-\x7e]*$/.test(word) ? word : refuse('It takes a path such as /health.');
}

export function method(word: string): string {
  const upper = word.toUpperCase();
  return /^[A-Z]{1,20}$/.test(upper) ? upper : refuse('It takes a method such as GET or HEAD.');
}

/** A container, and a port of it where one is named. */
export interface GivenContainer {
  readonly container: string;
  readonly port: number | null;
}

/** `web`, `shop/web`, `web:3000`. */
export function containerPort(word: string): GivenContainer {
  const [, container = word, digits] = /^(.*?)(?::([^:/]*))?$/s.exec(word) ?? [];
  if (container === '') return refuse('It takes the name of a container.');
  if (container.length > limits.maxContainerNameChars) return refuse('It is too long for a name.');
  if (digits === undefined) return { container, port: null };
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0;
  if (port < 1 || port > 65_535) return refuse('It takes CONTAINER:PORT, a port from 1 to 65535.');
  return { container, port };
}

/** A container, or a port of this machine. */
export type MappedThing =
  | ({ readonly kind: 'container' } & GivenContainer)
  | { readonly kind: 'port'; readonly port: number };

/** The same, and `5173` or `:5173` for a port of this machine. */
export function mappedThing(word: string): MappedThing {
  const digits = /^:?(\d+)$/.exec(word)?.[1];
  if (digits === undefined) return { kind: 'container', ...containerPort(word) };
  const port = digits.length > 5 ? 0 : Number(digits);
  if (port < 1 || port > 65_535) return refuse('It takes a port from 1 to 65535.');
  return { kind: 'port', port };
}
