import type { NumberedRecord } from '../../../../shared/contract/traffic.ts';
import { plainAddress } from '../../../../shared/model/plainAddress.ts';
import { endedAt, routeSourceWords } from '../../../../shared/model/trace.ts';
import { bytes, duration, exactTime, timeOfDay } from '../../../ui/format.ts';
import { termFor } from './filterText.ts';

export interface Field {
  readonly word: string;
  readonly value: string;
  /** The term that lets through what has the same; null where the grammar knows none. */
  readonly term: string | null;
}

/** Every field of a record that says something, in the order in which they are read. */
export function fieldsOf(record: NumberedRecord): readonly Field[] {
  const field = (word: string, value: string | null, key: string | null = null): Field[] =>
    value === null || value === ''
      ? []
      : [{ word, value, term: key === null ? null : termFor(key, value) }];
  const { attempts, lookup, policy, protocol } = record;
  return [
    ...field('Begun', moment(record.startedAt)),
    ...field('Ended', moment(endedAt(record))),
    ...field('Client', plainAddress(record.client), 'ip'),
    ...field('Method', record.method, 'method'),
    ...field('Host', record.host, 'host'),
    ...field('Path', record.target, record.target.startsWith('/') ? 'path' : null),
    ...field('Protocol', protocol, 'protocol'),
    ...field('HTTP', record.httpVersion),
    ...field('Status', String(record.status), 'status'),
    ...field('Error', record.error, 'error'),
    ...field('Sent', `${bytes(record.bytes)}`),
    ...field('Frontend', record.frontend, 'frontend'),
    ...field('Identifier', record.identifier),
    ...field('Backend', record.backend, 'backend'),
    ...field('In backend', record.backend === null ? null : duration(record.backendMs)),
    ...tried(attempts.length),
    ...(policy === null ? [] : field('Chosen by', policy, 'policy')),
    ...(lookup === null
      ? []
      : [{ word: 'Route', value: routeSourceWords[lookup], term: termFor('lookup', lookup) }]),
    ...field('User agent', record.userAgent, 'agent'),
    ...field('Referer', record.referer, 'referer'),
    ...field('Number', String(record.id)),
  ];
}

const moment = (at: number): string => `${exactTime(at).split(',', 1)[0] ?? ''}, ${timeOfDay(at)}`;

const tried = (count: number): Field[] =>
  count < 2 ? [] : [{ word: 'Tries', value: String(count), term: 'retried:true' }];
