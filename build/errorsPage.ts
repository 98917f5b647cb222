import { errorCatalogue } from '../src/shared/errors.ts';
import { type ExitCode, exitCodeOf, exitCodes, exitMeanings } from '../src/shared/exitCodes.ts';
import { generated, table } from './page.ts';

/** docs/ERRORS.md: the catalogue of errors and the exit codes. */
export function errorsPage(): string {
  const codes = Object.keys(errorCatalogue).filter(isErrorCode);
  const answers = codes.filter((code) => errorCatalogue[code].status !== null);
  const ends = codes.filter((code) => errorCatalogue[code].status === null);
  return `${generated}

# Errors

A code is stable: error pages, logs and messages carry it, and scripts may depend on it.

## Answers to clients

What Berth answers itself, instead of a backend. The body is HTML, JSON or text, as the client's \`Accept\` asks; a file in \`server.staticDir\` comes first.

${table(
  ['Code', 'Status', 'What is the case', 'What to do'],
  answers.map((code) => {
    const { status, title, advice } = errorCatalogue[code];
    return [`\`${code}\``, String(status), title, advice];
  }),
)}

## Of the instance

Said on standard error. The exit code counts where the error ends \`berth\`.

${table(
  ['Code', 'Exit code', 'What is the case', 'What to do'],
  ends.map((code) => {
    const { title, advice } = errorCatalogue[code];
    return [`\`${code}\``, String(exitCodeOf(code)), title, advice];
  }),
)}

## Exit codes

${table(
  ['Code', 'Meaning'],
  Object.values(exitCodes).map((code: ExitCode) => [String(code), exitMeanings[code]]),
)}

After the first SIGINT or SIGTERM the requests that run are finished, and the exit code is 0. A second one ends at once: 130 or 143.
`;
}

function isErrorCode(code: string): code is keyof typeof errorCatalogue {
  return Object.hasOwn(errorCatalogue, code);
}
