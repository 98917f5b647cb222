import type { IncomingMessage } from 'node:http';
import type { AnswerLook } from '../../answerLook.ts';
import type { ResponseFields } from '../../headers/toClient.ts';
import { listenToInbound } from './listeners.ts';
import type { OutboundRequest, RelayEvents } from './messages.ts';

export interface HeldAnswerOwner {
  heldWhole(held: HeldAnswer): void;
  heldTooMuch(): void;
}

/** A backend's response that is held back until it is whole, or more than is looked at. */
export class HeldAnswer implements RelayEvents {
  readonly outbound: OutboundRequest;
  readonly inbound: IncomingMessage;
  readonly fields: ResponseFields;
  readonly look: AnswerLook;
  /** Monotonic milliseconds. */
  readonly since: number;
  isWhole = false;
  readonly #owner: HeldAnswerOwner;

  constructor(
    outbound: OutboundRequest,
    inbound: IncomingMessage,
    fields: ResponseFields,
    look: AnswerLook,
    since: number,
    owner: HeldAnswerOwner,
  ) {
    this.outbound = outbound;
    this.inbound = inbound;
    this.fields = fields;
    this.look = look;
    this.since = since;
    this.#owner = owner;
  }

  begin(): void {
    this.outbound.relay = this;
    listenToInbound(this.inbound);
  }

  data(chunk: Buffer): void {
    if (!this.look.add(chunk)) this.#owner.heldTooMuch();
  }

  end(): void {
    this.isWhole = true;
    this.#owner.heldWhole(this);
  }
}
