import { useState } from 'react';
import type { TokenKeeper } from '../connection/token.ts';
import { Button } from '../ui/Button.tsx';
import { useBerth } from './context.ts';

/** What the dashboard shows to a browser that has no token, or that of an instance which has ended. */
export function TokenGate({ tokens }: { readonly tokens: TokenKeeper }) {
  const { session } = useBerth();
  const [text, setText] = useState('');
  const isWrong = tokens.get() !== '';
  return (
    <main className="mx-auto flex max-w-md flex-col gap-4 px-6 pt-32">
      <h1 className="text-heading font-semibold">
        {isWrong ? 'The proxy was started again' : 'This page needs a token'}
      </h1>
      <p className="text-dim">
        {isWrong
          ? 'Each start makes another token, so that an old page cannot go on.'
          : 'Other people and pages on this machine can reach this address too; the token shows that you may.'}{' '}
        Open the dashboard with:
      </p>
      <pre className="rounded-md border border-line bg-panel px-3 py-2 font-mono text-mono select-all">
        berth open
      </pre>
      <form
        className="flex flex-col gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          tokens.set(text.trim());
          session.retry();
        }}
      >
        <label htmlFor="token" className="text-dim">
          Or, from another machine, paste what <code className="font-mono">berth open --print</code>{' '}
          shows behind <code className="font-mono">#token=</code>
        </label>
        <div className="flex gap-2">
          <input
            id="token"
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
      </form>
    </main>
  );
}
