import { useEffect, useMemo, useRef, useState } from 'react';
import type { Command } from '../../app/commands.ts';
import { useApi, useBerth } from '../../app/context.ts';
import { useCommands } from '../../app/useCommands.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { FilterField } from '../../ui/FilterField.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { DocumentLink } from '../documents/DocumentLink.tsx';
import { DocumentPage } from '../documents/DocumentPage.tsx';
import { documentOf } from '../documents/documents.ts';
import { matches } from './model/search.ts';
import { RowView, type SettingSection } from './Row.tsx';
import { SectionIndex } from './SectionIndex.tsx';
import { useSections } from './useSections.tsx';
import { type SettingsState, useSettings } from './useSettings.ts';

/** What can be set, of the proxy and of this interface; and the documents that it leads to. */
export function SettingsPage() {
  const { item } = useStore(useBerth().router.route);
  const document = documentOf(item);
  return document === null ? (
    <AllSettings />
  ) : (
    <DocumentPage key={document.name} document={document} />
  );
}

function AllSettings() {
  const { router } = useBerth();
  const settings = useSettings();
  const sections = useSections(settings);
  const { item } = useStore(router.route);
  const [search, setSearch] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const scroller = useRef<HTMLDivElement>(null);

  const shown = useMemo(() => found(sections, search), [sections, search]);

  const isRead = settings.kind !== 'reading';
  useEffect(() => {
    if (item === null || !isRead) return;
    document.getElementById(`settings-${item}`)?.scrollIntoView();
  }, [item, isRead]);

  useCommands(
    useMemo(
      (): readonly Command[] => [
        {
          id: 'filter',
          title: 'Search settings',
          group: 'Berth',
          keys: ['/'],
          run: () => field.current?.select(),
        },
      ],
      [],
    ),
  );

  return (
    <>
      <PageHeader title="Settings">
        <div className="ml-auto flex min-w-0">
          <FilterField
            ref={field}
            label="Search settings"
            placeholder="Search settings"
            title="Words of a setting, its section or its key in the file"
            value={search}
            onChange={setSearch}
            onLeave={() =>
              scroller.current
                ?.querySelector<HTMLElement>('section :is(input, select, button):not(:disabled)')
                ?.focus()
            }
          />
        </div>
      </PageHeader>
      <div ref={scroller} className="relative min-h-0 flex-1 overflow-auto">
        <div className="mx-auto flex max-w-5xl items-start gap-8 px-6">
          <SectionIndex sections={sections} shown={shown} scroller={scroller} />
          <div className="min-w-0 max-w-3xl flex-1 pb-16">
            <FileLine state={settings} />
            {shown.map((section) => (
              <section
                key={section.id}
                id={`settings-${section.id}`}
                aria-labelledby={`settings-${section.id}-title`}
                className="scroll-mt-2 pt-6"
              >
                <h2
                  id={`settings-${section.id}-title`}
                  className="border-b border-line pb-1.5 text-heading font-semibold"
                >
                  {section.title}
                </h2>
                {section.rows.map((row) => (
                  <RowView key={row.label} row={row} />
                ))}
              </section>
            ))}
            {shown.length === 0 && (
              <EmptyState
                title="No such setting"
                actions={<Button onClick={() => setSearch('')}>Clear search</Button>}
              >
                Nothing here is called{' '}
                <span className="font-mono text-mono text-text">{search}</span>. Every key of the
                file is in{' '}
                <DocumentLink name="CONFIG.md">the documentation of settings</DocumentLink>.
              </EmptyState>
            )}
          </div>
        </div>
      </div>
    </>
  );
}

const found = (sections: readonly SettingSection[], search: string): readonly SettingSection[] =>
  sections
    .map((section) => ({
      ...section,
      rows: section.rows.filter((row) => matches(search, row, section.title)),
    }))
    .filter(({ rows }) => rows.length > 0);

/** Where settings go, or why they cannot be changed. */
function FileLine({ state }: { readonly state: SettingsState }) {
  const isConnected = useApi() !== null;
  if (state.kind === 'reading') {
    return (
      <p role="status" className="pt-5 text-dim">
        {isConnected
          ? 'Reading settings…'
          : 'The settings of the proxy are shown as soon as there is a connection.'}
      </p>
    );
  }
  if (state.kind === 'failed') {
    return (
      <p role="status" className="pt-5 text-dim">
        <span className="text-down">
          <span aria-hidden>▲ </span>
          {state.refusal.text}
        </span>{' '}
        <span className="text-caption">{state.refusal.code}</span>
      </p>
    );
  }
  const { file, exists, readOnly } = state.settings.view;
  return (
    <p className="pt-5 text-caption break-words text-dim">
      {readOnly === null ? (
        <>
          Enter, or leaving a field, saves to <span className="font-mono">{file}</span>
          {exists ? '' : ', which is made then'}. What the file says holds at once, unless a line
          says otherwise.
        </>
      ) : (
        <>
          <span className="text-degraded">These settings cannot be changed here.</span> {readOnly}
        </>
      )}
    </p>
  );
}
