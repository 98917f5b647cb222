import { type RefObject, useState } from 'react';
import type { ListeningPort } from '../../../shared/contract/containers.ts';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { shellWord } from '../../../shared/shellWord.ts';
import { useBerth } from '../../app/context.ts';
import { addressOf } from '../../app/route.ts';
import { useStore } from '../../state/store.ts';
import { ByHand } from './ByHand.tsx';
import { DetailHeader } from './DetailHeader.tsx';
import { useHostChoice } from './HostField.tsx';
import { MapForm, type MapFormHandle } from './MapForm.tsx';
import { backendOf, processTitle, suggestionForProcess } from './model/processes.ts';
import { Outcome } from './Outcome.tsx';
import { useMapper } from './useMapper.ts';

/** A process of this machine that listens: it becomes a host as a container does. */
export function ProcessDetail({
  itemKey,
  listening,
  handle,
}: {
  readonly itemKey: string;
  readonly listening: ListeningPort;
  readonly handle: RefObject<MapFormHandle | null>;
}) {
  const { live, containers } = useBerth();
  const hosts = useStore(live.hosts);
  const [suffix = ''] = useStore(live.status)?.suffixes ?? [];
  const draft = useStore(containers.draft);
  const mine = draft?.key === itemKey ? draft : null;
  const [typed, setTyped] = useState<string | null>(null);
  const mapper = useMapper();
  const { port, process, addresses } = listening;
  const suggestion = suggestionForProcess(listening, suffix, (name) => hosts?.has(name) === true);
  const text = typed ?? mine?.name ?? suggestion;
  const choice = useHostChoice(text, () => false);
  const backend = backendOf(listening);
  const hasIt = choice.name !== null && listening.hosts.includes(choice.name);
  return (
    <div className="flex flex-col gap-4">
      <DetailHeader
        title={`${processTitle(listening)}${process === null ? '' : ` :${port}`}`}
        glyph={<span className="text-dim">listens</span>}
        facts={visibleText(
          [
            process === null ? 'a process of another user' : `pid ${process.pid}`,
            process?.directory ?? '',
            addresses.join(', '),
          ]
            .filter((part) => part !== '')
            .join(' · '),
        )}
      />
      {mapper.outcome !== null && (
        <Outcome
          outcome={mapper.outcome}
          onTryAgain={(name) => {
            void mapper.ask(name);
          }}
        />
      )}
      {listening.hosts.length > 0 && (
        <ul aria-label="Hosts of this port" className="divide-y divide-line border-y border-line">
          {listening.hosts.map((name) => (
            <li key={name} className="py-1.5">
              <a
                href={`#${addressOf('hosts', name)}`}
                className="font-mono text-mono hover:text-accent hover:underline"
              >
                {visibleText(name)}
              </a>
            </li>
          ))}
        </ul>
      )}
      <MapForm
        handle={handle}
        title={`Map port ${port}`}
        text={text}
        choice={
          hasIt
            ? {
                name: choice.name,
                isWarning: true,
                says: `${choice.name} has this port already: nothing would change.`,
              }
            : choice
        }
        suggestion={suggestion}
        works
        isMeant={mine?.isMeant === true}
        onText={setTyped}
        onMeant={(isMeant) => {
          if (!isMeant && mine === null) return;
          if (!isMeant) setTyped(text);
          containers.draft.set(isMeant ? { key: itemKey, name: text, isMeant } : null);
        }}
        onMap={(name) => {
          void mapper.map(name, async (api) => {
            await api.hosts.add({ name, backends: [backend] });
            setTyped(null);
            containers.draft.set(null);
            return { verdict: null };
          });
        }}
        verdict={
          <p className="text-dim">
            {visibleText(processTitle(listening))} listens on port {port}. Create asks it by a real
            request, and says what it answers.
          </p>
        }
        after={
          choice.name === null ? null : (
            <ByHand
              ways={[
                {
                  id: 'berth',
                  word: 'berth',
                  says: 'The same on the command line.',
                  text: `berth add ${shellWord(choice.name)} ${backend}`,
                },
              ]}
            />
          )
        }
      />
    </div>
  );
}
