export { compileFilter, type RecordPredicate } from './compile.ts';
export { completionsAt } from './complete.ts';
export { formatFilter } from './format.ts';
export { filterKeys, keyNames } from './keys.ts';
export { parseFilter } from './parse.ts';
export { pointAt } from './problem.ts';
