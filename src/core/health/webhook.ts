import type { HealthEvent } from '../../shared/contract/health.ts';
import { limits } from '../../shared/limits.ts';
import type { Log } from '../../shared/messages.ts';
import { version } from '../../shared/version.ts';

export interface WebhookOptions {
  /** Where events are posted to at the moment; null for nowhere. */
  readonly url: () => string | null;
  readonly instanceId: string;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  readonly bounds?: { readonly webhookRetryFirstMs?: number; readonly webhookRetryMaxMs?: number };
}

/** What became of one try. */
type Outcome =
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused' | 'failed'; readonly why: string };

/**
 * Posts events to a URL, one after the other. One that is refused is dropped, one that fails is tried again for a while.
 * What is said of it names the server and nothing else: the rest of the URL is a secret as a rule.
 */
export class Webhook {
  readonly #options: WebhookOptions;
  readonly #queue: HealthEvent[] = [];
  readonly #leaving = new AbortController();
  #isSending = false;
  #hasFailed = false;

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  /** Events that wait for their turn. */
  get waiting(): number {
    return this.#queue.length;
  }

  push(event: HealthEvent): void {
    if (this.#options.url() === null || this.#leaving.signal.aborted) return;
    this.#queue.push(event);
    if (this.#queue.length > limits.maxQueuedWebhooks) this.#queue.shift();
    if (!this.#isSending) void this.#send();
  }

  close(): void {
    this.#queue.length = 0;
    this.#leaving.abort();
  }

  /** Never rejects: one event that cannot be sent costs itself. */
  async #send(): Promise<void> {
    this.#isSending = true;
    for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) {
      await this.#deliver(event).catch(() => {
        this.#say('server.healthWebhook does not take events: it is no URL that can be asked');
      });
    }
    this.#isSending = false;
  }

  async #deliver(event: HealthEvent): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const url = this.#options.url();
      if (url === null || this.#leaving.signal.aborted) return;
      const outcome = await this.#post(new URL(url), event);
      if (outcome.kind === 'taken') {
        this.#hasFailed = false;
        return;
      }
      if (this.#leaving.signal.aborted) return;
      if (outcome.kind === 'refused' || attempt >= limits.webhookTries) {
        const { host } = new URL(url);
        this.#say(`the webhook at ${host} does not take events: ${outcome.why}`);
        return;
      }
      await this.#pause(attempt);
    }
  }

  async #post(url: URL, event: HealthEvent): Promise<Outcome> {
    const { name, url: backend, from, to, reason, at } = event;
    const body = { name, url: backend, from, to, reason, at, instance: this.#options.instanceId };
    const credentials = `${decoded(url.username)}:${decoded(url.password)}`;
    const target = new URL(url);
    target.username = '';
    target.password = '';
    const ending = new AbortController();
    const end = (): void => ending.abort();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      end();
    }, limits.webhookTimeoutMs);
    this.#leaving.signal.addEventListener('abort', end);
    try {
      const response = await fetch(target, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'Content-Type': 'application/json',
          'User-Agent': `berth/${version}`,
          ...(credentials === ':'
            ? {}
            : { Authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }),
        },
        body: JSON.stringify(body),
        signal: ending.signal,
      });
      await response.body?.cancel().catch(() => {});
      const { status } = response;
      if (response.ok) return { kind: 'taken' };
      const isPassing = status >= 500 || status === 408 || status === 429;
      return { kind: isPassing ? 'failed' : 'refused', why: `it answered ${status}` };
    } catch (error) {
      const late = `no answer within ${limits.webhookTimeoutMs / 1000} s`;
      return { kind: 'failed', why: isLate ? late : wordsOf(error) };
    } finally {
      clearTimeout(timer);
      this.#leaving.signal.removeEventListener('abort', end);
    }
  }

  #pause(attempt: number): Promise<void> {
    const { webhookRetryFirstMs, webhookRetryMaxMs } = { ...limits, ...this.#options.bounds };
    const most = Math.min(webhookRetryFirstMs * 2 ** (attempt - 1), webhookRetryMaxMs);
    const { signal } = this.#leaving;
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, most * (0.5 + this.#options.random() / 2));
      signal.addEventListener('abort', done);
    });
  }

  /** Once, until one is taken again. */
  #say(what: string): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#options.log('warn', `health: ${what}`);
  }
}

/** What is not percent-encoded as it should be, such as `100%`, is taken as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Never the message: it may quote the URL. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it cannot be reached';
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return code === '' ? 'it cannot be reached' : `it cannot be reached (${code})`;
}
