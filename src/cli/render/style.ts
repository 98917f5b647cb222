/** Colour says what something means; what it says must stand in the text too. */
export interface Style {
  readonly good: Paint;
  readonly warn: Paint;
  readonly bad: Paint;
  /** Of less interest. */
  readonly quiet: Paint;
  readonly strong: Paint;
  readonly note: Paint;
}

type Paint = (text: string) => string;

const paint =
  (on: number, off: number): Paint =>
  (text) =>
    text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`;
const plain: Paint = (text) => text;

export function createStyle(coloured: boolean): Style {
  if (!coloured) {
    return { good: plain, warn: plain, bad: plain, quiet: plain, strong: plain, note: plain };
  }
  return {
    good: paint(32, 39),
    warn: paint(33, 39),
    bad: paint(31, 39),
    quiet: paint(2, 22),
    strong: paint(1, 22),
    note: paint(36, 39),
  };
}

/**
 * Whether to colour what goes to this stream. FORCE_COLOR goes before NO_COLOR, as in Node; any value but the empty one
 * counts (https://no-color.org), and FORCE_COLOR=0 forbids.
 */
export function isColoured(
  output: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  return output.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}
