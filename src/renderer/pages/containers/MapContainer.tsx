import { type RefObject, useState } from 'react';
import type { ContainerView, MappingView } from '../../../shared/contract/containers.ts';
import { labelSnippets } from '../../../shared/labelSnippets.ts';
import { shellWord } from '../../../shared/shellWord.ts';
import { useApi, useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';
import { ByHand, type Way } from './ByHand.tsx';
import { useHostChoice } from './HostField.tsx';
import { Field, MapForm, type MapFormHandle } from './MapForm.tsx';
import { defaultPort, portChoices } from './model/portChoice.ts';
import { containerTitle } from './model/words.ts';
import { Failure } from './Outcome.tsx';
import { PortList } from './PortList.tsx';
import { useAsked } from './useAsked.ts';
import type { Mapper } from './useMapper.ts';
import { Verdict } from './Verdict.tsx';

/** Port, name, whether it will work, and what is written: a container becomes a host. */
export function MapContainer({
  container,
  itemKey,
  handle,
  mapper,
  onMapped,
}: {
  readonly container: ContainerView;
  readonly itemKey: string;
  readonly handle: RefObject<MapFormHandle | null>;
  readonly mapper: Mapper;
  readonly onMapped: () => void;
}) {
  const { containers } = useBerth();
  const api = useApi();
  const draft = useStore(containers.draft);
  const mine = draft?.key === itemKey ? draft : null;
  const [typed, setTyped] = useState<string | null>(null);
  const [picked, setPicked] = useState<{ readonly port: number | null } | null>(null);
  const { engine, id, suggestion } = container;

  // Asked again whenever the container is another one, or listens otherwise.
  const looked = useAsked(
    api === null ? null : signatureOf(container),
    async (signal) => (await api?.containers.look({ engine, container: id }, { signal })) ?? [],
  );
  const verdicts = looked.value ?? [];
  const choices = portChoices(container, verdicts);
  const port = picked === null ? defaultPort(container, choices, verdicts) : picked.port;
  const found = verdicts.find((one) => one.port === port);
  const isReady = looked.isCurrent || picked !== null;

  const text = typed ?? mine?.name ?? suggestion;
  const choice = useHostChoice(
    text,
    (mapping) => isAbout(mapping, container) && mapping.port === port,
  );
  const wanted = {
    name: choice.name ?? '',
    engine,
    container: id,
    port: port ?? undefined,
  };
  const asked = useAsked(
    api === null || choice.name === null || port === null || !isReady
      ? null
      : `${signatureOf(container)} ${JSON.stringify(wanted)}`,
    async (signal) => (await api?.containers.map({ ...wanted, dry: true }, { signal })) ?? null,
  );
  const preview = asked.isCurrent ? asked.value : null;
  const verdict = preview?.verdict ?? found ?? asked.value?.verdict ?? null;
  const works = preview?.verdict.works ?? (asked.error === null ? null : false);

  const setMeant = (isMeant: boolean): void => {
    if (isMeant || mine !== null)
      containers.draft.set(isMeant ? { key: itemKey, name: text, isMeant } : null);
    if (!isMeant && mine !== null) setTyped(text);
  };
  return (
    <MapForm
      handle={handle}
      title={`Map ${containerTitle(container)}`}
      text={text}
      choice={choice}
      suggestion={suggestion}
      isComplete={port !== null || !isReady}
      works={works}
      isMeant={mine?.isMeant === true}
      onText={setTyped}
      onMeant={setMeant}
      onMap={(name) => {
        void mapper.map(name, async (calls) => {
          const made = await calls.containers.map({ ...wanted, name });
          setTyped(null);
          containers.draft.set(null);
          onMapped();
          return made;
        });
      }}
      before={
        <Field label="Port">
          <PortList
            choices={choices}
            verdicts={verdicts}
            isAsking={!looked.isCurrent}
            value={port}
            onChange={(next) => setPicked({ port: next })}
          />
        </Field>
      }
      verdict={
        asked.error !== null ? (
          <Failure error={asked.error} />
        ) : looked.error !== null && verdict === null ? (
          <Failure error={looked.error} />
        ) : verdict === null ? (
          <p className="text-dim">{port === null ? 'Choose a port.' : `Asking port ${port}…`}</p>
        ) : (
          <Verdict verdict={verdict} isOld={preview === null} />
        )
      }
      after={
        <ByHand
          ways={waysFor(container, {
            name: choice.name,
            port,
            scheme: found?.scheme ?? 'http',
            commands: preview?.commands ?? [],
          })}
        />
      }
    />
  );
}

/** Everything of a container by which its ports may answer otherwise. */
const signatureOf = ({ id, state, health, startedAt, ports, addresses }: ContainerView): string =>
  JSON.stringify([id, state, health, startedAt, ports, addresses]);

const isAbout = ({ engine, target, state }: MappingView, container: ContainerView): boolean =>
  state !== 'elsewhere' &&
  engine === container.engine &&
  (target.kind === 'service'
    ? target.project === container.project && target.service === container.service
    : target.name === container.name);

const conventionWords = {
  berth: 'Label',
  traefik: 'Traefik',
  orbstack: 'OrbStack',
  'nginx-proxy': 'nginx-proxy',
} as const;

function waysFor(
  { name: containerName }: ContainerView,
  {
    name,
    port,
    scheme,
    commands,
  }: {
    readonly name: string | null;
    readonly port: number | null;
    readonly scheme: 'http' | 'https';
    readonly commands: readonly string[];
  },
): readonly Way[] {
  if (name === null) return [];
  const to = port === null ? containerName : `${containerName}:${port}`;
  return [
    {
      id: 'store',
      word: 'redis-cli',
      says: 'What Create writes to the store.',
      text: commands.length === 0 ? '…' : commands.join('\n'),
    },
    {
      id: 'command',
      word: 'berth',
      says: 'The same on the command line.',
      text: `berth map ${shellWord(name)} ${shellWord(to)}`,
    },
    ...labelSnippets({ name, port, scheme }).map(({ convention, title, text }) => ({
      id: `label ${convention}`,
      word: conventionWords[convention],
      says: `${title}: in compose.yaml, and the container asks for this host wherever it runs.`,
      text,
    })),
  ];
}
