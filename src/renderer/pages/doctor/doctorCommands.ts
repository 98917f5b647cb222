import type { RefObject } from 'react';
import type { Command } from '../../app/commands.ts';
import { lineCommands } from '../../app/lineCommands.ts';
import type { CheckListHandle } from './useCheckList.ts';

export interface DoctorCommandsOptions {
  readonly list: RefObject<CheckListHandle | null>;
  /** Null without a connection. */
  readonly run: (() => unknown) | null;
  /** Of the check with this id; false where there is none. */
  readonly copyCommand: (id: string) => unknown;
  readonly act: (id: string) => unknown;
  /** Of what was asked; false where nothing was. */
  readonly cancel: () => boolean;
}

/** Every key of the doctor's page. */
export function doctorCommands({
  list,
  run,
  copyCommand,
  act,
  cancel,
}: DoctorCommandsOptions): readonly Command[] {
  const onCheck = (use: (id: string) => unknown) => () => {
    const id = list.current?.current() ?? null;
    return id === null ? false : use(id);
  };
  const command = (id: string, title: string, key: string, does: () => unknown): Command => ({
    id: `doctor.${id}`,
    title,
    group: 'Doctor',
    keys: [key],
    hidden: true,
    run: does,
  });
  return [
    ...(run === null
      ? []
      : [
          {
            id: 'doctor.run',
            title: 'Run all checks again',
            group: 'Doctor',
            keys: ['r'],
            run,
          } as const,
        ]),
    ...lineCommands('doctor', 'Doctor', list),
    command('copy', 'Copy the command of the fix', 'c', onCheck(copyCommand)),
    command('fix', 'Do what the fix offers', 'f', onCheck(act)),
    command('cancel', 'Change nothing', 'esc', cancel),
  ];
}
