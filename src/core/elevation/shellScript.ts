import { dirname, join } from 'node:path/posix';
import { scriptWord } from '../../shared/shellWord.ts';
import type { FileChange, Step } from './step.ts';

/** What a script prints when it comes to a step, and when it has done it. */
export const doneLine = (at: number): string => `berth-step ${at} done`;
export const changedLine = (at: number): string => `berth-step ${at} changed`;

/** A file that a script reads: it lies beside it. */
export interface StagedFile {
  readonly name: string;
  readonly data: Buffer;
}

export interface Script {
  readonly text: string;
  readonly files: readonly StagedFile[];
}

/**
 * Steps as one script for sh, so that a person is asked once. A file is replaced in one go, with mode, owner and labels
 * of the one before; where it cannot be, as one that is mounted by itself, it is written in place. A file that is not
 * what the person was shown ends the script. Of several scripts one at a time changes files of a directory, where there is
 * flock: the others see then what it has changed.
 *
 * @param directory where the script and its files will lie
 */
export function shellScript(steps: readonly Step[], directory: string): Script {
  const files: StagedFile[] = [];
  const stage = (name: string, data: Buffer): string => {
    files.push({ name, data });
    return scriptWord(join(directory, name));
  };
  const parts = steps.map((step, at) => {
    const body =
      'file' in step
        ? fileLines(step.file, at, stage)
        : [`${step.command.map(scriptWord).join(' ')} >&2${step.mayFail ? ' || true' : ''}`];
    return [`# ${step.says.replaceAll(/[\r\n]/g, ' ')}`, ...body, `echo '${doneLine(at)}'`];
  });
  const text = ['#!/bin/sh', 'set -eu', 'umask 022', path, toTheEnd, ...parts.flat(), ''].join(
    '\n',
  );
  return { text, files };
}

// After `su`, programs that these ones start are looked for where those of an administrator are not, as Java's hook.
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell that reads it.
const path = 'export PATH="${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin"';

// One that is cut off leaves a part that its next run takes for its own, as update-ca-certificates does.
const toTheEnd = "trap '' HUP INT";

type Stage = (name: string, data: Buffer) => string;

function fileLines(change: FileChange, at: number, stage: Stage): readonly string[] {
  const { path, before, after, mode = 0o644, emptied } = change;
  const target = scriptWord(path);
  const around = scriptWord(dirname(path));
  const leave = `{ echo '${changedLine(at)}'; exit 1; }`;
  const old = before === null ? null : stage(`${at}.before`, before);
  // What is written goes through a link, to a file that nobody was shown.
  const isAsBefore = `[ ! -L ${target} ] && ${old === null ? `[ ! -e ${target} ]` : `cmp -s ${old} ${target}`}`;
  const same = `${isAsBefore} || ${leave}`;
  // It ends with its descriptor, whatever ends the script.
  const alone = [`exec 9< ${around}`, `flock -w ${lockSeconds} 9 2>/dev/null || true`];
  const over = 'exec 9<&-';
  if (after === null) {
    return [
      same,
      ...alone,
      same,
      `rm -f ${target}`,
      over,
      ...(emptied === undefined ? [] : [`rmdir ${scriptWord(emptied)} 2>/dev/null || true`]),
    ];
  }
  const source = stage(`${at}.after`, after);
  const beside = scriptWord(join(dirname(path), `.${path.split('/').at(-1)}.berth`));
  // What `cp -a` makes has everything of the file that it takes the place of.
  const made =
    old === null
      ? [`: > ${beside}`, `chmod ${mode.toString(8)} ${beside}`]
      : [`cp -a ${target} ${beside}`];
  const inPlace = `cat ${source} > ${target}`;
  return [
    same,
    ...(old === null ? [`mkdir -p ${around}`] : []),
    ...alone,
    same,
    `rm -f ${beside}`,
    ...made,
    `cat ${source} > ${beside}`,
    // Whoever wrote to it in this moment is not written over.
    `${isAsBefore} || { rm -f ${beside}; echo '${changedLine(at)}'; exit 1; }`,
    `mv -f ${beside} ${target} 2>/dev/null || { rm -f ${beside}; ${old === null ? inPlace : `${inPlace} || { cat ${old} > ${target}; exit 1; }`}; }`,
    over,
  ];
}

/** Longer than any other script needs for one file. */
const lockSeconds = 10;
