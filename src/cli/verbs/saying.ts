import type { HostView } from '../../shared/contract/hosts.ts';
import type { GivenUrl } from '../arguments/parsers.ts';
import type { Printer } from '../printer.ts';

/** Says what was made of backends that were written short. */
export function sayShortUrls(urls: readonly GivenUrl[], output: Printer): void {
  for (const { isShort, word, url } of urls) if (isShort) output.say(`${word} is taken as ${url}`);
}

/** Warns of what an edit left that is probably not meant. */
export function sayFindings({ name, findings }: HostView, output: Printer): void {
  for (const { message, advice } of findings) output.warn(`${name}: ${message}\n${advice}`);
}
