import type { NumberedRecord } from '../../../../shared/contract/traffic.ts';
import { visibleText } from '../../../../shared/escapeUnseen.ts';
import type { ReplayRun } from '../../../state/trafficReplay.ts';
import { Button } from '../../../ui/Button.tsx';
import { duration } from '../../../ui/format.ts';
import { backendText } from '../model/backendText.ts';
import { differenceWords, replayMs } from '../model/difference.ts';
import { StatusCode } from '../StatusCode.tsx';
import { AnswerBody } from './AnswerBody.tsx';
import { AnswerHeaders } from './AnswerHeaders.tsx';

/** What came of a replay, beside what had come of the original. */
export function ReplayAnswer({
  record,
  run: { method, path, answer },
  onGoTo,
}: {
  readonly record: NumberedRecord;
  readonly run: Extract<ReplayRun, { kind: 'done' }>;
  readonly onGoTo: (record: NumberedRecord) => void;
}) {
  const own = answer.record;
  const ms = replayMs(answer);
  const isChanged = method !== record.method || path !== record.target;
  return (
    <>
      <section aria-label="Comparison">
        {isChanged && (
          <p className="mb-2 font-mono text-mono break-all">
            <span className="font-sans text-body text-dim">Sent</span> {visibleText(method)}{' '}
            {visibleText(path)}
          </p>
        )}
        <table className="w-full table-fixed">
          <thead>
            <tr className="border-b border-line text-caption text-dim">
              <td className="w-18" />
              <th scope="col" className="py-0.5 text-left font-normal">
                Original
              </th>
              <th scope="col" className="py-0.5 text-left font-normal">
                Replay
              </th>
            </tr>
          </thead>
          <tbody>
            <Line word="Status" original={<StatusCode status={record.status} />}>
              {answer.status === null ? '–' : <StatusCode status={answer.status} />}
            </Line>
            <Line word="Time" original={duration(record.totalMs)}>
              {duration(ms)} <span className="text-dim">{differenceWords(record.totalMs, ms)}</span>
            </Line>
            {own !== null && (
              <Line
                word="Backend"
                original={<Backend text={backendText(record)} title={record.backend} />}
              >
                <Backend text={backendText(own)} title={own.backend} />
              </Line>
            )}
          </tbody>
        </table>
        {!answer.ok && <p className="mt-2 text-down">{visibleText(answer.reason)}</p>}
        {own !== null && (
          <Button className="mt-2" onClick={() => onGoTo(own)}>
            Show its request
          </Button>
        )}
      </section>
      {answer.headers.length > 0 && <AnswerHeaders headers={answer.headers} />}
      {answer.body !== null && <AnswerBody answer={answer} />}
    </>
  );
}

function Line({
  word,
  original,
  children,
}: {
  readonly word: string;
  readonly original: React.ReactNode;
  readonly children: React.ReactNode;
}) {
  return (
    <tr>
      <th scope="row" className="py-0.5 text-left font-normal text-dim">
        {word}
      </th>
      <td className="truncate py-0.5 text-dim">{original}</td>
      <td className="truncate py-0.5">{children}</td>
    </tr>
  );
}

function Backend({ text, title }: { readonly text: string; readonly title: string | null }) {
  return (
    <span className="font-mono text-mono" title={title === null ? undefined : visibleText(title)}>
      {visibleText(text)}
    </span>
  );
}
