import { X } from 'lucide-react';
import { Tabs } from 'radix-ui';
import type { NumberedRecord } from '../../../shared/contract/traffic.ts';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';
import { type DetailPart, detailParts } from '../../state/traffic.ts';
import { replayKey } from '../../state/trafficReplay.ts';
import { Button } from '../../ui/Button.tsx';
import { Overview } from './Overview.tsx';
import { ReplayPart } from './replay/ReplayPart.tsx';
import type { ReplayActions } from './replay/useReplayActions.ts';
import { StatusCode } from './StatusCode.tsx';

export interface DetailActions extends ReplayActions {
  copyCurl(record: NumberedRecord): void;
  copyJson(record: NumberedRecord): void;
  openInBrowser(record: NumberedRecord): void;
  showHost(record: NumberedRecord): void;
  filterBy(term: string): void;
  /** Goes to the row of a record, where it has one. */
  goTo(record: NumberedRecord): void;
}

const partWords: Readonly<Record<DetailPart, string>> = { overview: 'Overview', replay: 'Replay' };

const isPart = (value: string): value is DetailPart => detailParts.some((part) => part === value);

/** All that is known of one request, and what came of sending it again. */
export function Detail({
  record,
  actions,
  onClose,
}: {
  readonly record: NumberedRecord;
  readonly actions: DetailActions;
  readonly onClose: () => void;
}) {
  const { traffic } = useBerth();
  const replay = useStore(traffic.replays.all).get(replayKey(record));
  const part = useStore(traffic.part) ?? (replay === undefined ? 'overview' : 'replay');
  return (
    <aside
      aria-label="Request"
      className="flex min-h-0 shrink-0 flex-col border-line bg-panel [@media(max-height:600px)]:overflow-auto @max-[860px]:h-[56%] @max-[860px]:border-t @min-[861px]:w-[26rem] @min-[861px]:border-l @min-[1300px]:w-[36rem]"
    >
      <header className="flex items-start gap-2 px-4 pt-3 pb-2">
        <h2 className="min-w-0 flex-1 font-mono text-mono break-all">
          <span className="font-sans text-body">
            {visibleText(record.method)} <StatusCode status={record.status} />
          </span>{' '}
          {visibleText(record.host)}
          <span className="line-clamp-3 text-dim" title={visibleText(record.target)}>
            {visibleText(record.target)}
          </span>
        </h2>
        <Button
          look="quiet"
          aria-label="Close"
          title="Close (Esc)"
          onClick={onClose}
          className="-mr-2 px-1.5"
        >
          <X aria-hidden size={15} />
        </Button>
      </header>
      <div className="flex flex-wrap gap-1 px-4 pb-2">
        <Button title="Send it again (r)" onClick={() => actions.replay(record)}>
          Replay
        </Button>
        <Button title="Change it, then send it (e)" onClick={() => actions.editReplay(record)}>
          Edit and replay
        </Button>
        <Button title="c" onClick={() => actions.copyCurl(record)}>
          Copy curl
        </Button>
        <Button onClick={() => actions.copyJson(record)}>Copy JSON</Button>
        <Button title="o" onClick={() => actions.openInBrowser(record)}>
          Open
        </Button>
        {record.frontend !== null && (
          <Button onClick={() => actions.showHost(record)}>Show host</Button>
        )}
      </div>
      <Tabs.Root
        value={part}
        onValueChange={(value) => {
          if (isPart(value)) traffic.part.set(value);
        }}
        className="flex min-h-0 flex-1 flex-col [@media(max-height:600px)]:flex-none"
      >
        <Tabs.List
          aria-label="Parts of the request"
          title="[ and ]"
          className="flex shrink-0 gap-1 border-b border-line px-3"
        >
          {detailParts.map((one) => (
            <Tabs.Trigger
              key={one}
              value={one}
              className="-mb-px h-7 border-b-2 border-transparent px-1.5 text-dim hover:text-text data-[state=active]:border-accent data-[state=active]:text-text"
            >
              {partWords[one]}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <Tabs.Content
          value="overview"
          className="min-h-0 flex-1 overflow-auto px-4 pt-3 pb-4 [@media(max-height:600px)]:overflow-visible focus-visible:outline-offset-[-2px]"
        >
          <Overview record={record} onFilter={actions.filterBy} />
        </Tabs.Content>
        <Tabs.Content
          value="replay"
          className="flex min-h-0 flex-1 flex-col overflow-auto px-4 pt-3 pb-4 [@media(max-height:600px)]:overflow-visible focus-visible:outline-offset-[-2px] data-[state=inactive]:hidden"
        >
          <ReplayPart record={record} replay={replay} actions={actions} />
        </Tabs.Content>
      </Tabs.Root>
    </aside>
  );
}
