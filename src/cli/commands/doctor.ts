import type { Command } from 'commander';
import { filePath } from '../arguments/parsers.ts';
import { type Choose, chooseVerb, declareVerb, guessOptions } from './declare.ts';

/** The verb that looks for what is wrong. */
export function declareDoctorVerb(program: Command, choose: Choose): void {
  const doctor = declareVerb(
    program,
    'doctor',
    {
      group: 'The instance:',
      summary: 'find what keeps hosts from being opened, and what to do about it',
      description:
        'Tries everything between a browser and a backend: the instance, its store and\nports, how names are found, certificates, each host by a real request. What was\nnot tried is never called well.',
      examples: [
        ['berth doctor', 'problems with what to do about them'],
        ['berth doctor --all', 'also the evidence of what is well'],
        ['berth doctor --json | jq \'select(.status == "problem")\'', 'for a script'],
      ],
      exits: 'Exits with 7 when there is a problem; warnings alone are 0.',
    },
    (verb) =>
      guessOptions(
        verb
          .option('-a, --all', 'every check with all that it found')
          .option(
            '-c, --config <file>',
            'configuration to look at while no instance runs',
            filePath,
          ),
        {
          fix: 'Each problem comes with its command; the Doctor of berth open has a button for some.',
        },
      ),
  );
  doctor.action(({ all, config }: { all?: true; config?: string }) =>
    chooseVerb(
      choose,
      doctor,
      { all: all === true, config: config ?? null },
      async () => (await import('../verbs/doctor.ts')).doctor,
    ),
  );
}
