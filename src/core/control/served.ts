import type { AnyContractProcedure, InferSchemaInput, InferSchemaOutput } from '@orpc/contract';

/** What a part of the contract asks of whoever serves it: its calls by name, with inputs as their schemas leave them. */
export type Service<Part> = {
  readonly [Name in keyof Part]: Part[Name] extends AnyContractProcedure
    ? Served<InputOf<Part[Name]>, OutputOf<Part[Name]>>
    : never;
};

/** The same of one that never answers at once. */
export type AsyncService<Part> = {
  readonly [Name in keyof Part]: Service<Part>[Name] extends (...input: infer Input) => infer Output
    ? (
        ...input: Input
      ) => [Output] extends [AsyncIterable<unknown>] ? Output : Promise<Awaited<Output>>
    : never;
};

type SchemasOf<Call extends AnyContractProcedure> = Call['~orpc'];
type InputOf<Call extends AnyContractProcedure> = InferSchemaOutput<
  NonNullable<SchemasOf<Call>['inputSchema']>
>;
type OutputOf<Call extends AnyContractProcedure> = InferSchemaInput<
  NonNullable<SchemasOf<Call>['outputSchema']>
>;

/** A stream ends when its signal fires or its consumer returns. */
type Served<Input, Output> = [Output] extends [AsyncIterator<infer Message>]
  ? (...given: [...Given<Input>, signal: AbortSignal]) => AsyncIterable<Message>
  : (...given: [...Given<Input>, signal?: AbortSignal]) => Output | Promise<Output>;

type Given<Input> = unknown extends Input
  ? []
  : [input: { readonly [Key in keyof Input]: Listed<Input[Key]> }];

/** What is given is not written to. */
type Listed<Value> = Value extends readonly (infer Item)[] ? readonly Item[] : Value;
