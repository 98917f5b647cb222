import { Buffer } from 'node:buffer';

/**
 * What becomes of a file, line by line, as `diff -U0` has it: every line that goes (`-`) and comes (`+`), none that stays.
 * Where a file was there and stays, a line `@@ -FROM,LINES +FROM,LINES @@` says where each piece stands. Nothing else is
 * cut: whoever reads all of it has seen the whole change, line ends included.
 */
export function fileDiff(before: Buffer | null, after: Buffer | null): readonly string[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  // Where every line has it, it says nothing.
  const isCrlf = [...old, ...now].every((line) => line.endsWith('\r\n'));
  const isChange = old.length > 0 && now.length > 0;
  return changesOf(old, now).flatMap(({ from, to, gone, come }) => [
    ...(isChange ? [`@@ -${place(from, gone)} +${place(to, come)} @@`] : []),
    ...gone.flatMap((line) => shown('-', line, isCrlf)),
    ...come.flatMap((line) => shown('+', line, isCrlf)),
  ]);
}

/** A piece that differs; `from` and `to` count lines from 0. */
interface Change {
  readonly from: number;
  readonly to: number;
  readonly gone: readonly string[];
  readonly come: readonly string[];
}

/** Each byte is one character, so that two lines are the same when their bytes are. */
const linesOf = (data: Buffer | null): readonly string[] =>
  data?.toString('latin1').match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** As diff counts: from 1, and the line before where there is none. */
const place = (at: number, lines: readonly string[]): string => {
  const first = lines.length === 0 ? at : at + 1;
  return lines.length === 1 ? String(first) : `${first},${lines.length}`;
};

function shown(sign: '+' | '-', line: string, isCrlf: boolean): readonly string[] {
  const bare = line.replace(isCrlf ? /\r\n$/ : /\n$/, '');
  const text = `${sign}${Buffer.from(bare, 'latin1').toString('utf8')}`;
  return line.endsWith('\n') ? [text] : [text, '\\ No newline at end of file'];
}

function changesOf(old: readonly string[], now: readonly string[]): readonly Change[] {
  const changes: Change[] = [];
  let [from, to] = [0, 0];
  for (const [a, b] of [...anchors(old, now), [old.length, now.length] as const]) {
    const gone = old.slice(from, a);
    const come = now.slice(to, b);
    if (gone.length + come.length > 0) changes.push({ from, to, gone, come });
    [from, to] = [a + 1, b + 1];
  }
  return changes;
}

/** Lines that stay, as pairs of their places in both files, in their order. */
function anchors(old: readonly string[], now: readonly string[]): readonly Pair[] {
  let start = 0;
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) start++;
  let end = 0;
  const most = Math.min(old.length, now.length) - start;
  while (end < most && old[old.length - 1 - end] === now[now.length - 1 - end]) end++;
  const kept = (count: number, a: number, b: number): Pair[] =>
    Array.from({ length: count }, (_none, at) => [a + at, b + at] as const);
  const middle = longestRise(
    pairsOfUnique(old.slice(start, old.length - end), now.slice(start, now.length - end)),
  );
  return [
    ...kept(start, 0, 0),
    ...middle.map(([a, b]): Pair => [a + start, b + start]),
    ...kept(end, old.length - end, now.length - end),
  ];
}

type Pair = readonly [old: number, now: number];

/** Lines that each side has once, by their places in the old one. */
function pairsOfUnique(old: readonly string[], now: readonly string[]): readonly Pair[] {
  const once = (lines: readonly string[]): ReadonlyMap<string, number> => {
    const places = new Map<string, number>();
    for (const [at, line] of lines.entries()) places.set(line, places.has(line) ? -1 : at);
    return places;
  };
  const there = once(now);
  return [...once(old)].flatMap(([line, at]): Pair[] => {
    const other = there.get(line) ?? -1;
    return at < 0 || other < 0 ? [] : [[at, other]];
  });
}

/** The most of these pairs, which rise by their first number, that rise by the second too. */
function longestRise(pairs: readonly Pair[]): readonly Pair[] {
  /** By length: the end of the chain of that length that ends lowest. */
  const ends: { readonly pair: Pair; readonly chain: Chain }[] = [];
  for (const pair of pairs) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const at = (low + high) >> 1;
      if ((ends[at]?.pair[1] ?? 0) < pair[1]) low = at + 1;
      else high = at;
    }
    ends[low] = { pair, chain: { pair, before: ends[low - 1]?.chain ?? null } };
  }
  const rise: Pair[] = [];
  for (let chain = ends.at(-1)?.chain ?? null; chain !== null; chain = chain.before) {
    rise.push(chain.pair);
  }
  return rise.reverse();
}

interface Chain {
  readonly pair: Pair;
  readonly before: Chain | null;
}
