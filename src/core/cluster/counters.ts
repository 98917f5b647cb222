/** What an instance has counted since its start. */
export interface Counters {
  /** Requests of which a record arrived. */
  requests: number;
  /** Records that workers dropped because the supervisor did not keep up. */
  droppedRecords: number;
  connections: number;
  /** Connections closed because no worker could take them. */
  refused: number;
  /** Workers that ended without being asked to. */
  crashes: number;
}

export const newCounters = (): Counters => ({
  requests: 0,
  droppedRecords: 0,
  connections: 0,
  refused: 0,
  crashes: 0,
});
