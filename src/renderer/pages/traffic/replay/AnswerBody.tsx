import { useMemo, useState } from 'react';
import type { Replayed } from '../../../../shared/contract/traffic.ts';
import { useBerth } from '../../../app/context.ts';
import { copyText } from '../../../app/outside.ts';
import { Button } from '../../../ui/Button.tsx';
import { count } from '../../../ui/format.ts';
import { Segments } from '../../../ui/Segments.tsx';
import { cutWords, headerOf, type ShownBody, shownBody, sizeWords } from '../model/replayBody.ts';
import { FoundText } from './FoundText.tsx';

/** The body of an answer: JSON in lines, text, a picture, or the digits of its bytes. */
export function AnswerBody({ answer }: { readonly answer: Replayed }) {
  const { toasts } = useBerth();
  const [isRaw, setIsRaw] = useState(false);
  const shown = useMemo(() => shownBody(answer), [answer]);
  const { body } = answer;
  const type = headerOf(answer.headers, 'content-type');
  const cut = body === null ? null : cutWords(body);
  return (
    <section aria-label="Response body" className="flex flex-col gap-1.5">
      <div className="flex min-h-7 items-center gap-2">
        <h3 className="min-w-0 flex-1 truncate text-caption text-dim">
          {['Body', type, sizeWords(answer)].filter((word) => word !== '').join(' · ')}
        </h3>
        {shown.kind === 'text' && shown.pretty !== null && (
          <Segments
            label="How the body is shown"
            value={isRaw ? 'raw' : 'pretty'}
            choices={[
              { value: 'pretty', word: 'Pretty' },
              { value: 'raw', word: 'Raw' },
            ]}
            onChange={(value) => setIsRaw(value === 'raw')}
          />
        )}
        {shown.kind === 'text' && (
          <Button
            look="quiet"
            onClick={() =>
              copyText(shown.text).then(
                () => toasts.show({ kind: 'done', text: 'Copied the body' }),
                toasts.failed,
              )
            }
          >
            Copy
          </Button>
        )}
      </div>
      {cut !== null && <p className="text-degraded">{cut}</p>}
      <Content shown={shown} isRaw={isRaw} bytes={body?.bytes ?? 0} />
    </section>
  );
}

function Content({
  shown,
  isRaw,
  bytes,
}: {
  readonly shown: ShownBody;
  readonly isRaw: boolean;
  readonly bytes: number;
}) {
  switch (shown.kind) {
    case 'empty':
      return <p className="text-dim">Empty</p>;
    case 'image':
      return (
        <img
          src={shown.source}
          alt={`The answer, ${shown.type}`}
          className="max-h-80 max-w-full self-start border border-line object-contain"
        />
      );
    case 'binary':
      return (
        <>
          <p className="text-dim">Binary, {count(bytes)} bytes. It begins:</p>
          <pre className="overflow-x-auto font-mono text-caption">{shown.hex}</pre>
        </>
      );
    case 'text':
      return <FoundText text={isRaw ? shown.text : (shown.pretty ?? shown.text)} />;
  }
}
