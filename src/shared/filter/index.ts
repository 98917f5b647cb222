export type { Filter, FilterKey, Term, Test } from './ast.ts';
export { compileFilter, type RecordPredicate } from './compile.ts';
export { type Completions, completionsAt } from './complete.ts';
export { formatFilter } from './format.ts';
export { filterKeys, keyNames } from './keys.ts';
export { type FilterParse, parseFilter } from './parse.ts';
export { type FilterProblem, pointAt } from './problem.ts';
