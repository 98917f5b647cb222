import { useState } from 'react';
import { codeIn, type TokenKeeper } from '../connection/token.ts';
import { useStore } from '../state/store.ts';
import { Button } from '../ui/Button.tsx';
import { useBerth } from './context.ts';

/** What the dashboard shows to a browser without a token, or with that of an instance which has ended. */
export function TokenGate({ tokens }: { readonly tokens: TokenKeeper }) {
  const { session } = useBerth();
  const [text, setText] = useState('');
  const problem = useStore(tokens.problem);
  const isOld = tokens.has();
  return (
    <main className="mx-auto flex max-w-md flex-col gap-4 px-6 pt-32">
      <h1 className="text-heading font-semibold">
        {isOld ? 'The proxy was started again' : 'This page needs a code'}
      </h1>
      <p className="text-dim">
        {isOld
          ? 'An old page cannot go on with what each start makes anew.'
          : 'Other people and pages on this machine can reach this address too; a code shows that you may.'}{' '}
        Open the dashboard with:
      </p>
      <pre className="rounded-md border border-line bg-panel px-3 py-2 font-mono text-mono select-all">
        berth open
      </pre>
      <form
        className="flex flex-col gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          void tokens.redeem(codeIn(text)).then(session.retry);
        }}
      >
        <label htmlFor="code" className="text-dim">
          Or, from another machine, paste what <code className="font-mono">berth open --print</code>{' '}
          shows: it opens this page once, within two minutes
        </label>
        <div className="flex gap-2">
          <input
            id="code"
            type="password"
            autoComplete="off"
            value={text}
            onChange={(event) => setText(event.target.value)}
            className="h-7 min-w-0 flex-1 rounded-md border border-line bg-panel px-2 font-mono text-mono"
          />
          <Button type="submit" look="primary" disabled={text.trim() === ''}>
            Connect
          </Button>
        </div>
        {problem !== null && <p role="alert">{problem}</p>}
      </form>
    </main>
  );
}
