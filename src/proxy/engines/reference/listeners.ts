import type { IncomingMessage, InformationEvent } from 'node:http';
import type { Socket } from 'node:net';
import { type InboundResponse, OutboundRequest } from './messages.ts';

// Shared by all exchanges, so that a request costs no closures: `this` is the emitter, which knows whom to tell.

export function listenToResponse(response: InboundResponse): void {
  response.on('finish', onFinish);
}

export function listenToOutbound(outbound: OutboundRequest): void {
  outbound.on('response', onResponse);
  outbound.on('error', onOutboundError);
  outbound.on('information', onInformation);
  outbound.on('upgrade', onUpgrade);
}

export function listenToDrain(outbound: OutboundRequest): void {
  outbound.on('drain', onDrain);
}

export function listenToFailure(inbound: IncomingMessage): void {
  inbound.on('error', onInboundError);
}

/** Lets the body flow. */
export function listenToInbound(inbound: IncomingMessage): void {
  inbound.on('data', onInboundData);
  inbound.on('end', onInboundEnd);
}

const requestOf = (inbound: IncomingMessage): OutboundRequest | null => {
  // node:http says here which request a response belongs to.
  const request: unknown = Reflect.get(inbound, 'req');
  return request instanceof OutboundRequest ? request : null;
};

function onFinish(this: InboundResponse): void {
  this.exchange?.finished();
}
function onDrain(this: OutboundRequest): void {
  this.side?.outboundDrained(this);
}
function onResponse(this: OutboundRequest, inbound: IncomingMessage): void {
  this.side?.response(inbound);
}
function onInformation(this: OutboundRequest, info: InformationEvent): void {
  this.side?.information(info);
}
function onOutboundError(this: OutboundRequest, error: Error): void {
  this.side?.outboundError(this, error);
}
function onUpgrade(
  this: OutboundRequest,
  inbound: IncomingMessage,
  socket: Socket,
  first: Buffer,
): void {
  this.side?.upgraded(inbound, socket, first);
}
function onInboundData(this: IncomingMessage, chunk: Buffer): void {
  requestOf(this)?.relay?.data(chunk);
}
function onInboundEnd(this: IncomingMessage): void {
  requestOf(this)?.relay?.end();
}
function onInboundError(this: IncomingMessage): void {
  requestOf(this)?.side?.inboundError(this);
}
