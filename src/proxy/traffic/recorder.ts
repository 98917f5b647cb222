import type { RequestRecord } from '../../shared/model/record.ts';

/** Takes the record of each finished request. Never blocks, never throws. */
export interface Recorder {
  add(record: RequestRecord): void;
}
