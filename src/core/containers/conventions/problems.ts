import { visibleText } from '../../../shared/escapeUnseen.ts';
import { limits } from '../../../shared/limits.ts';

/** Characters of a label's text that are repeated in a problem. */
const quotedChars = 60;

/** What of a container's labels cannot be followed: bounded in number and length, with nothing hidden in it. */
export class Problems {
  readonly #first: string[] = [];
  #count = 0;

  add(problem: string): void {
    this.#count++;
    if (this.#first.length < limits.maxContainerProblems) this.#first.push(bounded(problem));
  }

  /** A sentence each; the last one counts those that are not told. */
  get list(): readonly string[] {
    if (this.#count <= limits.maxContainerProblems) return [...this.#first];
    const told = limits.maxContainerProblems - 1;
    const rest = `${this.#count - told} more of what it asks for cannot be followed`;
    return [...this.#first.slice(0, told), rest];
  }
}

/** A text that a container says, between quotes, cut where it is long. */
export const quoted = (text: string): string => `"${cut(visible(text, quotedChars), quotedChars)}"`;

/** A name of a label as it is told, and kept in a mapping. */
export const shownKey = (key: string): string =>
  cut(visible(key, limits.maxLabelNameChars), limits.maxLabelNameChars);

const bounded = (text: string): string =>
  cut(visible(text, limits.maxContainerProblemChars), limits.maxContainerProblemChars);

/** One character more than fits, so that it is known to have been cut. */
const visible = (text: string, chars: number): string => visibleText(text.slice(0, chars + 1));

/** Halves of characters, of which a cut leaves one too, are no text. */
const cut = (text: string, chars: number): string =>
  (text.length <= chars ? text : `${text.slice(0, chars - 1)}…`).replace(
    /\p{Surrogate}/gu,
    '\ufffd',
  );
