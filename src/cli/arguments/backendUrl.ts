import { type BackendParse, parseBackend } from '../../shared/model/backend.ts';

export type WrittenUrl =
  | {
      readonly ok: true;
      readonly url: string;
      /** Whether it was written as less than a URL. */
      readonly isShort: boolean;
    }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads a backend as a person writes it: a URL, `localhost:3000`, or only the port of this machine (`3000`, `:3000`).
 * A name without a port is refused: port 80 is hardly ever meant.
 */
export function readBackendUrl(text: string): WrittenUrl {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return judged(text, false, parseBackend(text, 0));
  const port = /^:?(\d+)$/.exec(text)?.[1];
  const authority = port === undefined ? text : `127.0.0.1:${port}`;
  if (!/^(?:\[[0-9a-f:.]+\]|[\w.-]+):\d{1,5}$/i.test(authority)) {
    return {
      ok: false,
      problem: 'is no backend: write a URL such as http://127.0.0.1:3000, host:port or a port',
    };
  }
  const url = `http://${authority}`;
  return judged(url, true, parseBackend(url, 0));
}

const judged = (url: string, isShort: boolean, parsed: BackendParse): WrittenUrl =>
  parsed.ok ? { ok: true, url, isShort } : { ok: false, problem: parsed.problem };
