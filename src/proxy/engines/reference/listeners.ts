import type { IncomingMessage, InformationEvent } from 'node:http';
import type { Socket } from 'node:net';
import {
  type InboundRequest,
  type InboundResponse,
  type MessageEvents,
  OutboundRequest,
} from './messages.ts';

// Shared by all exchanges, so that a request costs no closures: `this` is the emitter, which knows its exchange.

export function listenToResponse(response: InboundResponse): void {
  response.on('finish', onFinish);
}

/** Lets the body flow. */
export function listenToBody(request: InboundRequest): void {
  request.on('data', onBodyData);
  request.on('end', onBodyEnd);
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

const exchangeOf = (inbound: IncomingMessage): MessageEvents | null => {
  // node:http says here which request a response belongs to.
  const request: unknown = Reflect.get(inbound, 'req');
  return request instanceof OutboundRequest ? request.exchange : null;
};

function onFinish(this: InboundResponse): void {
  this.exchange?.finished();
}
function onBodyData(this: InboundRequest, chunk: Buffer): void {
  this.exchange?.bodyData(chunk);
}
function onBodyEnd(this: InboundRequest): void {
  this.exchange?.bodyEnd();
}
function onDrain(this: OutboundRequest): void {
  this.exchange?.outboundDrained(this);
}
function onResponse(this: OutboundRequest, inbound: IncomingMessage): void {
  this.exchange?.response(inbound);
}
function onInformation(this: OutboundRequest, info: InformationEvent): void {
  this.exchange?.information(info);
}
function onOutboundError(this: OutboundRequest, error: Error): void {
  this.exchange?.outboundError(this, error);
}
function onUpgrade(
  this: OutboundRequest,
  inbound: IncomingMessage,
  socket: Socket,
  first: Buffer,
): void {
  this.exchange?.upgraded(inbound, socket, first);
}
function onInboundData(this: IncomingMessage, chunk: Buffer): void {
  exchangeOf(this)?.relayData(chunk);
}
function onInboundEnd(this: IncomingMessage): void {
  exchangeOf(this)?.relayEnd();
}
function onInboundError(this: IncomingMessage): void {
  exchangeOf(this)?.inboundError(this);
}
