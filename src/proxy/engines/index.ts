import type { EngineName } from '../../shared/model/settings.ts';
import type { CreateEngine } from '../engine.ts';
import { createReferenceEngine } from './reference/index.ts';
import { createSpliceEngine } from './splice/index.ts';

const engines: Readonly<Record<EngineName, CreateEngine>> = {
  'http-proxy': createReferenceEngine,
  splice: createSpliceEngine,
};

/** The engine of that name. */
export const engineOf = (name: EngineName): CreateEngine => engines[name];
