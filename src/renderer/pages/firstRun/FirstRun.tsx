import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useBerth } from '../../app/context.ts';
import { openAddress } from '../../app/outside.ts';
import { addressOf } from '../../app/route.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/Button.tsx';
import { cn } from '../../ui/cn.ts';
import { useSettings } from '../settings/useSettings.ts';
import { FirstHost } from './FirstHost.tsx';
import { HttpsScreen } from './HttpsScreen.tsx';
import { NamesScreen } from './NamesScreen.tsx';
import { PortsScreen } from './PortsScreen.tsx';
import { StoreScreen } from './StoreScreen.tsx';
import { welcomeUrl } from './welcome.ts';

interface Screen {
  readonly title: string;
  readonly lead: string;
  readonly body: ReactNode;
}

/** The first steps, one screen each. Nothing has to be done on any of them: what is there works. */
export function FirstRun() {
  const { firstRun, live, router, toasts, hostsView } = useBerth();
  const settings = useSettings();
  const status = useStore(live.status);
  const [at, setAt] = useState(0);
  const next = useRef<HTMLButtonElement>(null);

  const end = (): void => {
    hostsView.draft.set(null);
    firstRun.end();
    router.go(addressOf('hosts'));
    const url = status === null ? null : welcomeUrl(status);
    if (url === null) return;
    toasts.show({
      kind: 'done',
      text: `${url} is a page of Berth itself: open it to see that the proxy answers.`,
      action: { label: 'Open', run: () => void openAddress(url).catch(toasts.failed) },
    });
  };

  const isEmbedded = status?.store.driver.startsWith('embedded') === true;
  const screens: readonly Screen[] = [
    {
      title: 'Where does it serve?',
      lead: 'One proxy answers for all hosts, and reads them from one store. Both work as they are.',
      body: (
        <>
          <PortsScreen settings={settings} />
          <section aria-labelledby="first-store" className="mt-6 border-t border-line pt-4">
            <h2 id="first-store" className="font-semibold">
              Where are hosts kept?
            </h2>
            <p className="mt-1 mb-3 text-dim">
              {isEmbedded
                ? 'Berth has a store of its own: there is nothing to install. Choose a Redis if you have one with hosts, of Hipache or of another Berth.'
                : 'They are read from the store below, and whoever writes there is heard at once.'}
            </p>
            <StoreScreen settings={settings} />
          </section>
        </>
      ),
    },
    {
      title: 'What are hosts called?',
      lead: 'A host gets a name under one of these suffixes: a single word, as app, under the first. Each was looked up on this machine:',
      body: <NamesScreen settings={settings} />,
    },
    {
      title: 'HTTPS without warnings',
      lead: 'Berth makes certificates with a CA of this machine alone. Browsers take them once they trust it; it may certify your suffixes and this machine alone, and trust can be taken back. Nothing is changed before you have seen what.',
      body: <HttpsScreen />,
    },
    {
      title: 'Your first host',
      lead: 'Say a name and the port of a server that runs: Enter adds it, and asks the server at once.',
      body: <FirstHost onClose={end} />,
    },
  ];
  const screen = screens[at];
  const isLast = at === screens.length - 1;
  const goOn = (): void => {
    if (isLast) end();
    else setAt(at + 1);
  };

  // The last screen has a field, which takes the focus itself.
  useEffect(() => {
    if (at < 3) next.current?.focus();
  }, [at]);

  // Whoever goes elsewhere, by a link or the palette, is through with it.
  useEffect(() => router.route.subscribe(firstRun.end), [router, firstRun]);

  if (screen === undefined) return null;
  return (
    <main
      aria-label="First steps"
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.defaultPrevented || event.nativeEvent.isComposing) return;
        const isHere = event.target === event.currentTarget;
        if (event.key === 'Escape') goOn();
        else if (event.key === 'Enter' && isHere) goOn();
        else return;
        event.preventDefault();
      }}
      className="relative min-h-0 min-w-0 flex-1 scroll-pb-24 overflow-auto outline-none"
    >
      <div className="mx-auto flex min-h-full max-w-2xl flex-col px-6 pt-[min(7vh,64px)]">
        <header className="flex items-center gap-3">
          <ol aria-label="Screens" className="flex gap-1.5">
            {screens.map(({ title }, index) => (
              <li
                key={title}
                aria-current={index === at ? 'step' : undefined}
                className={cn('h-1 w-8 rounded-full', index <= at ? 'bg-accent' : 'bg-line')}
              >
                <span className="sr-only">{title}</span>
              </li>
            ))}
          </ol>
          <span className="text-caption text-dim">
            {at + 1} of {screens.length}
          </span>
          <Button look="quiet" className="-mr-2.5 ml-auto" onClick={end}>
            Skip all
          </Button>
        </header>
        <section aria-live="polite" className="flex flex-1 flex-col pt-[min(5vh,32px)] pb-8">
          <h1 className="text-[20px]/7 font-semibold">{screen.title}</h1>
          <p className="mt-2 text-dim">{screen.lead}</p>
          <div key={at} className="mt-6">
            {screen.body}
          </div>
        </section>
        <footer className="sticky bottom-0 flex items-center gap-2 border-t border-line bg-page py-4">
          {at > 0 && <Button onClick={() => setAt(at - 1)}>Back</Button>}
          <Button look="quiet" className="ml-auto" onClick={goOn}>
            Skip <Key>Esc</Key>
          </Button>
          <Button ref={next} look="primary" onClick={goOn}>
            {isLast ? 'Done' : 'Next'} {!isLast && <Key>↵</Key>}
          </Button>
        </footer>
      </div>
    </main>
  );
}

const Key = ({ children }: { readonly children: ReactNode }) => (
  <kbd aria-hidden className="font-mono text-caption">
    {children}
  </kbd>
);
