import { limits } from '../../../shared/limits.ts';
import type { ForwardedMode } from '../../../shared/model/settings.ts';
import type { ClientView } from '../../headers/forwarded.ts';
import type { RequestFields } from '../../headers/requestFields.ts';
import { fieldsToBackend } from '../../headers/toBackend.ts';
import { passageText } from '../../headers/trail.ts';
import { fieldLines } from '../common/headText.ts';

/** What decides about the fields of one request as its backend gets them. */
export interface OutboundFacts {
  readonly fields: RequestFields;
  /** Of the client's request. */
  readonly httpVersion: string;
  /** The host that is asked for, and the value of the Host field that names it. */
  readonly host: string;
  readonly hostField: string;
  /** Host field for the backend, where that is to be another; null: the client's. */
  readonly backendHost: string | null;
  /** Index of the backend. */
  readonly backend: number;
  /** New value of Max-Forwards, or null to leave it. */
  readonly maxForwards: string | null;
  /** The request is a WebSocket handshake. */
  readonly isUpgrade: boolean;
  /** Its empty body has to be said. */
  readonly emptyBody: boolean;
}

/** What holds for every request of a connection. */
interface ConnectionFacts {
  readonly view: ClientView;
  readonly mode: ForwardedMode;
  /** The name of this instance in Via fields. */
  readonly via: string;
  readonly keepAlive: boolean;
}

/** Writes the fields of one client's requests for their backends; those of the last one are remembered, and mostly do again. */
export class OutboundFields {
  readonly #connection: ConnectionFacts;
  #facts: OutboundFacts | null = null;
  #text = '';

  constructor(connection: ConnectionFacts) {
    this.#connection = connection;
  }

  /** The lines of the fields, with the empty line, to be sent as latin1. */
  text(facts: OutboundFacts): string {
    if (this.#facts !== null && isSame(this.#facts, facts)) return this.#text;
    const text = this.#write(facts);
    // Joins its parts, once and not for each request.
    text.charCodeAt(0);
    const isRemembered = text.length <= limits.rememberedHeadChars;
    this.#facts = isRemembered ? facts : null;
    this.#text = isRemembered ? text : '';
    return text;
  }

  forget(): void {
    this.#facts = null;
    this.#text = '';
  }

  #write(facts: OutboundFacts): string {
    const { view, mode, via, keepAlive } = this.#connection;
    const { fields, httpVersion, host, backend } = facts;
    const out = fieldsToBackend(fields, {
      host: facts.hostField,
      backendHost: facts.backendHost,
      client: view,
      mode,
      via: `${httpVersion} ${via}`,
      passage: passageText({ instance: via, host, backend }),
      maxForwards: facts.maxForwards,
      upgrade: facts.isUpgrade,
      keepAlive,
      emptyBody: facts.emptyBody,
    });
    return `${fieldLines(out)}\r\n`;
  }
}

const isSame = (one: OutboundFacts, other: OutboundFacts): boolean =>
  one.fields === other.fields &&
  one.backend === other.backend &&
  one.emptyBody === other.emptyBody &&
  one.isUpgrade === other.isUpgrade &&
  one.maxForwards === other.maxForwards &&
  one.backendHost === other.backendHost &&
  one.host === other.host &&
  one.hostField === other.hostField &&
  one.httpVersion === other.httpVersion;
