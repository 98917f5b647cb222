/** The part of ioredis-mock that holds the embedded store's data; the package brings no types. */
declare module 'ioredis-mock' {
  export default class RedisMock {
    constructor(options: { host: string; port: number; db: number });
    get(key: string): Promise<unknown>;
    set(key: string, value: string): Promise<unknown>;
    del(key: string): Promise<unknown>;
    sadd(key: string, ...members: readonly string[]): Promise<unknown>;
    smembers(key: string): Promise<unknown>;
    hset(key: string, ...fieldsAndValues: readonly string[]): Promise<unknown>;
    hkeys(key: string): Promise<unknown>;
    hvals(key: string): Promise<unknown>;
    zadd(key: string, ...scoresAndMembers: readonly string[]): Promise<unknown>;
    zrange(key: string, start: number, stop: number, withScores: 'WITHSCORES'): Promise<unknown>;
    flushall(): Promise<unknown>;
    disconnect(): void;
  }
}
