/**
 * Every bound of Berth that is not a setting, in one place: name with unit, and why it has that size.
 * What a person may want to change is a key of config.json instead (shared/config/schema.ts).
 */
export const limits = {
  /** Labels that a host is trimmed to before lookup: five below the wildcard root, plus one (Hipache contract, "Lookup"). */
  maxLookupLabels: 6,
  /** Bytes of a host name, RFC 1035 section 2.3.4. */
  maxHostBytes: 253,
  /** Backends read from one frontend; a longer list is refused, so that one poisoned key cannot fill a worker. */
  maxBackendsPerFrontend: 4096,
  /** Characters of a frontend's options, of one of their keys in a line about them, and the largest weight of a backend. */
  maxOptionsChars: 256 * 1024,
  maxOptionKeyChars: 40,
  maxWeight: 100,
  /** Backends whose turn a worker remembers for round-robin, over all frontends. */
  maxRotationBackends: 100_000,
  /** Dead backends named in one record. */
  maxTracedDead: 8,
  /** Bytes of one backend URL. */
  maxBackendUrlBytes: 2048,
  /** Redis keys that a worker remembers, present or absent. */
  maxCachedKeys: 20_000,
  /** Bytes of frontend lists that a worker remembers. */
  maxCachedBytes: 32 * 1024 * 1024,
  /** Seconds after which a cached key is read again although no invalidation came. */
  cacheTtlSeconds: 60,
  /** Store reads that one worker has under way; one more fails at once instead of queueing. */
  maxPendingReads: 2048,
  /** Milliseconds a store command may take before it counts as failed. */
  storeCommandTimeoutMs: 2000,
  /** Milliseconds a new worker waits for the store before it takes connections all the same. */
  storeFirstReachMs: 2000,
  /** Milliseconds between two heartbeats on the store's invalidation connection. */
  storeHeartbeatMs: 1000,
  /** Milliseconds between two tries to reach a lost store: first, and at most. Jitter is added. */
  storeRetryFirstMs: 50,
  storeRetryMaxMs: 2000,
  /** Milliseconds between two looks at the shape of a Redis Cluster; a redirection looks at once. */
  clusterRefreshMs: 1000,
  /** Redirections followed for one command of a Redis Cluster. */
  maxClusterRedirections: 3,
  /**
   * Times an edit of a frontend is decided anew because somebody else changed it, and the most milliseconds between
   * two tries.
   */
  maxEditAttempts: 12,
  editPauseMaxMs: 100,
  /** Edits of frontends that wait for their turn; one more is refused, and so is one that waited for so long. */
  maxQueuedEdits: 1000,
  maxEditWaitMs: 5000,
  /** Milliseconds for which the connections of edits are kept after the last one. */
  editIdleMs: 10_000,
  /** Hosts whose lookup keys a worker keeps at hand, and keys of all of them; a forgotten one costs some microseconds. */
  maxLookupPlans: 10_000,
  maxLookupPlanNames: 70_000,
  /** Redis keys that one host may need: seven names, and the dead marks of the host and of its match. */
  maxKeysPerHost: 9,
  /** Suffixes of a configuration: a host is looked for under each that shares its frontends. */
  maxSuffixes: 8,
  /** Names, and so Redis keys, that each further suffix may add to the lookup of a host: itself, and five wildcards. */
  maxNamesPerSuffix: 6,
  /** Names that the lookup of one host may have: seven, and those of seven further suffixes. */
  maxLookupNames: 49,
  /** Unusable elements of one frontend that are described; the rest is counted. */
  maxFrontendProblems: 8,
  /** Characters of a frontend's identifier; the rest is cut. */
  maxIdentifierChars: 1024,
  /** Store keys whose defects were logged; the oldest is forgotten, and may be logged again. */
  maxNoticedKeys: 1000,
  /** Lines about defective keys in one minute; what is over is counted. */
  maxNoticesPerMinute: 30,
  /** Dead marks that a worker remembers by itself, for the time the store cannot take them. */
  maxLocalMarks: 10_000,
  /** Writes of dead marks that one worker has under way; one more is dropped, and the mark holds locally. */
  maxPendingMarks: 64,
  /** Deaths that one worker is publishing beside those; one more is not published, and counted. */
  maxPendingDeaths: 256,
  /** Milliseconds in which deaths of the same backend write one mark; each of them is published. */
  deadRepeatMs: 1000,
  /** Milliseconds for which the presence of an active checker is believed without asking. */
  checkerBeliefMs: 1000,
  /** Frontends that the supervisor remembers for its workers while the store is away, present or absent, and their bytes. */
  maxLastGoodKeys: 50_000,
  maxLastGoodBytes: 64 * 1024 * 1024,
  /** News of frontends that wait in a worker for the supervisor, and their bytes; what is over is not shared. */
  maxQueuedNews: 5000,
  maxQueuedNewsBytes: 4 * 1024 * 1024,
  /** News in one message, their bytes, and milliseconds before a smaller message is sent all the same. */
  maxBatchNews: 500,
  maxBatchNewsBytes: 256 * 1024,
  newsDelayMs: 10,
  /** Milliseconds a request waits for the supervisor to say what the other workers know of its host. */
  inquiryMs: 1000,
  /** Hosts that one worker asks the supervisor about at the same time; one more is answered as unknown. */
  maxPendingInquiries: 512,
  /** Milliseconds before the supervisor is asked about the same host again, and hosts remembered for that. */
  inquiryRepeatMs: 500,
  maxRepeatedInquiries: 10_000,
  /** Milliseconds before a known frontend that changed is read again without a request for it; frontends in one such read. */
  refreshDelayMs: 50,
  maxRefreshedKeys: 1000,
  /** Frontends that wait to be read again; with one more, the instance forgets what it knows together. */
  maxQueuedRefreshes: 20_000,
  /** Bytes of a request or response head (request line and fields). */
  maxHeadBytes: 32 * 1024,
  /** Fields of a request or response head. */
  maxHeadFields: 200,
  /** Bytes of a request target; longer is 414. */
  maxTargetBytes: 16 * 1024,
  /**
   * Bytes of chunk extensions and trailers in one body; and bytes of framing that are not counted for each part of it.
   */
  maxChunkExtraBytes: 32 * 1024,
  chunkFramingBytes: 16,
  /** Bytes of request body kept so that an idempotent request can be sent again to another backend. */
  maxReplayBytes: 64 * 1024,
  /** Tries named on an error page; the rest is counted. */
  maxPageAttempts: 8,
  /** Characters of one text on an error page (host, frontend, detail); the middle of a longer one is left out. */
  maxPageTextChars: 300,
  /** Media ranges of an Accept field that are read. */
  maxAcceptRanges: 32,
  /**
   * Bytes per second that a request body must come with on average, once it has taken longer than tcpTimeout. Less is
   * a client that holds a connection to the backend on purpose, or one that would never come to its end.
   */
  minBodyBytesPerSecond: 256,
  /** Part of a backend's connections that requests may hold whose bodies are still coming. */
  uploadShare: 0.5,
  /** Hosts of Berth, of any instance, that one request may go through; servers may ask each other so. */
  maxPassages: 8,
  /**
   * Bytes of an answer that is held back to see whether it refuses the host, and milliseconds for that; a debug page of
   * Django has some 80 KiB. Bytes at the beginning of one that is passed on meanwhile, where only a hint is made of it.
   */
  maxHeldAnswerBytes: 128 * 1024,
  heldAnswerMs: 1000,
  maxHintBytes: 8 * 1024,
  /** Characters of it that the page about it shows. */
  maxShownAnswerChars: 3000,
  /** Interim (1xx) responses relayed for one request. */
  maxInterimResponses: 16,
  /**
   * HTTP/2: requests that one connection may have under way, and bytes of a body that may wait for its backend: together
   * what a connection can fill of a worker's memory. `maxConnections` bounds the requests of all connections.
   */
  maxHttp2Streams: 128,
  http2WindowBytes: 128 * 1024,
  /**
   * Fields and bytes (each field counts 32 more) of a field list that are read at all; a request with more is reset. Up
   * to there `maxHeadFields` and `maxHeadBytes` hold, with an answer that says so.
   */
  maxHttp2Fields: 512,
  maxHttp2FieldBytes: 96 * 1024,
  /** Megabytes that node:http2 may hold for one connection, and frames of one that break its rules. */
  maxHttp2SessionMegabytes: 10,
  maxHttp2InvalidFrames: 100,
  /** Requests that a client may cancel at once, and each second: a page that is left cancels all that it waits for. */
  http2CancelBurst: 800,
  http2CancelsPerSecond: 33,
  /** PING and SETTINGS frames of a client, likewise. */
  http2ControlBurst: 1000,
  http2ControlsPerSecond: 100,
  /**
   * Bytes that a client may send which are no part of a request, and how many more for each byte of a request or
   * response: frames that nobody needs.
   */
  http2IdleBytes: 1024 * 1024,
  http2IdleShare: 8,
  /** Milliseconds after which a client that expects 100 gets it from us, since its backend says nothing. */
  expectContinueMs: 1000,
  /**
   * Bytes of pipelined requests that wait for their turn: those of one connection from which it is not read on, and
   * those of all connections of a worker. With half of these, no connection is read on where a request waits; with one
   * request more, its connection ends after those before it.
   */
  pipelineBytes: 192 * 1024,
  maxPipelinedBytes: 32 * 1024 * 1024,
  /** Bytes of memory that a waiting request counts for beside its text. */
  pipelinedRequestBytes: 3 * 1024,
  /** Bytes a client may send between its upgrade request and the answer; then it has to wait. */
  maxEarlyTunnelBytes: 64 * 1024,
  /** Milliseconds a closed connection is still read, so that the last answer is not lost to a reset. */
  closeLingerMs: 2000,
  /**
   * Connections beyond `maxConnections` that a worker is handed, and that are let to read their 503 at the same time;
   * one more is cut off.
   */
  maxOverflowConnections: 16,
  /** Milliseconds for which a connection that was just used counts as busy when a worker drains. */
  drainLingerMs: 500,
  /** Milliseconds for which connections of a replaced worker may still bring a request; at most half of its grace. */
  replacedIdleMs: 15_000,
  /** Characters of a head, as it came and as it was sent on, up to which a client's connection remembers it. */
  rememberedHeadChars: 4096,
  /** Bytes that are read from a client at a time, and that its connection keeps for that. */
  clientReadBytes: 64 * 1024,
  /** Bytes that are read from a backend at a time, and that its connection keeps for that. */
  backendReadBytes: 128 * 1024,
  /** The same until one has brought as many at once: most only ever bring small answers. */
  backendFirstReadBytes: 16 * 1024,
  /** Milliseconds that a connection takes to open before it is asked whether its backend is still one. */
  lateConnectMs: 200,
  /** Milliseconds an idle backend connection is trusted with a request that cannot be sent twice. */
  unsafeReuseMs: 1000,
  /** Milliseconds between two looks at the timeouts of open connections: at least, and at most. */
  sweepMinMs: 20,
  sweepMaxMs: 1000,
  /** Milliseconds an idle backend connection is kept for the next request. */
  backendIdleMs: 15_000,
  /** Backends whose idle connections a worker keeps; the least recently used goes first. */
  maxBackendPools: 1024,
  /** Records that wait in a worker for the supervisor; one more is dropped and counted. */
  maxQueuedRecords: 20_000,
  /** Records in one batch, and milliseconds before a smaller batch is sent all the same. */
  maxBatchRecords: 500,
  batchDelayMs: 50,
  /** Characters of text in the records that wait: long fields count, so that they cannot fill a worker. */
  maxQueuedRecordChars: 8 * 1024 * 1024,
  /** Characters of a text field (target, referer, user agent) kept in a record. */
  maxRecordTextChars: 2048,
  /** Characters of an IP address in text: the longest IPv6 form (INET6_ADDRSTRLEN), and a zone. */
  maxAddressChars: 64,
  /** Bytes of access log that wait for a slow disk; one line more is dropped and counted. */
  maxQueuedLogBytes: 8 * 1024 * 1024,
  /** Bytes of access log in one write. */
  maxLogWriteBytes: 256 * 1024,
  /** Milliseconds between two tries to write to a log that takes nothing: first, and at most; it doubles. */
  logRetryFirstMs: 20,
  logRetryMaxMs: 1000,
  /** Milliseconds after which an access log that could not be rotated is tried again. */
  logRotateRetryMs: 60_000,
  /** Milliseconds that closing the access log waits for a disk or reader that takes nothing. */
  logCloseMs: 1000,
  /** Milliseconds that closing it takes at most, however slowly the disk goes on. */
  logCloseMaxMs: 10_000,
  /**
   * Connections accepted while no worker can take them; one more is closed. All that load testers and page reloads of a
   * team open at once: each is a descriptor and some 3 KB here.
   */
  maxWaitingConnections: 8192,
  /** Milliseconds in which a port that nobody has refuses a connection of this machine. */
  portAnswerMs: 500,
  /** Connections handed to a worker that it has not yet acknowledged; a worker with so many is passed over. */
  maxUnacknowledgedHandoffs: 64,
  /** Milliseconds a connection waits for a worker before it is closed. */
  maxWaitingMs: 15_000,
  /** Milliseconds without an acknowledgement after which a worker is passed over while others can take connections. */
  handoffStallMs: 250,
  /** Times a connection is handed over: a worker that dies before it acknowledged one leaves it to the next. */
  maxHandoffs: 3,
  /** Milliseconds between two lines about connections that had to be closed. */
  refusalNoticeMs: 60_000,
  /** Milliseconds after which a worker says that connections were closed; arrivals are said at once. */
  loadDelayMs: 20,
  /**
   * Open files that a worker keeps for itself (store, channel, engine), and the supervisor: some 30 for log, store and
   * table, the rest for the control plane and for checks.
   */
  workerFileReserve: 40,
  supervisorFileReserve: 96,
  /** Characters of one line that a worker writes to its stderr; the rest is cut. */
  maxWorkerLineChars: 2000,
  /** Milliseconds in which the same line of several workers is said once, and lines remembered for that. */
  chorusMs: 5000,
  maxChorusLines: 200,
  /** Bytes of one error page of `server.staticDir`. */
  maxStaticPageBytes: 1024 * 1024,
  /** Megabytes that the heap of a worker may reach before V8 marks all of it; well below any sensible `memoryLimit`. */
  quietHeapMegabytes: 96,
  /**
   * Megabytes of each half of a worker's young generation. Little lives on from one request to the next: with 2 or 4 of them
   * a request costs as much, and what 2,000 connections leave behind is up to 10 MB more.
   */
  youngHeapMegabytes: 1,
  /** Milliseconds without a request, and bytes of heap since the last time, after which a worker gives memory back. */
  restMs: 5000,
  restGrowthBytes: 4 * 1024 * 1024,
  /** Milliseconds between two heartbeats of a worker, and silence after which it counts as hung. */
  workerHeartbeatMs: 1000,
  workerSilenceMs: 10_000,
  /** Milliseconds a new worker has to become ready. */
  workerStartMs: 15_000,
  /** Respawn delay of a crashing worker: first, and at most; it doubles with each crash in a row. */
  respawnFirstMs: 50,
  respawnMaxMs: 10_000,
  /** Life of a worker after which its crash counts as the first. */
  respawnStableMs: 30_000,
  /** Milliseconds beyond its grace that a draining worker has to leave before it is killed. */
  drainSlackMs: 1000,
  /** Crashes within `crashLoopWindowMs` that make a crash loop, which is said loudly. */
  crashLoopCount: 5,
  crashLoopWindowMs: 30_000,
  /** Bytes of one RESP request to the embedded store, its clients, and bytes a slow client may leave unread. */
  maxRespRequestBytes: 64 * 1024 * 1024,
  maxEmbeddedClients: 512,
  maxRespOutputBytes: 64 * 1024 * 1024,
  /** Words of one RESP request, and bytes of one line of it; Redis' own numbers. */
  maxRespWords: 1024 * 1024,
  maxRespLineBytes: 64 * 1024,
  /** Bytes of answers a client of the embedded store may leave unread before its further commands wait. */
  respOutputPauseBytes: 1024 * 1024,
  /** Answers to one client that wait for the disk before its further commands wait. */
  maxWaitingRespAnswers: 20_000,
  /** Bytes of requests read ahead of their execution. */
  respReadAheadBytes: 1024 * 1024,
  /** Bytes of requests that are not whole, and of queued transactions, over all clients; the largest goes for one more. */
  maxRespHeldBytes: 128 * 1024 * 1024,
  /**
   * Milliseconds between two renewals of the embedded store's lock; silence after which a holder in another pid
   * namespace (another container) counts as dead; and age at which a lock is not looked at for so long.
   */
  lockBeatMs: 1000,
  lockSilenceMs: 4000,
  lockOldMs: 60_000,
  /** Milliseconds between two lines of the embedded store about clients that speak HTTP. */
  httpNoticeMs: 60_000,
  /** Keys whose readers the embedded store remembers for CLIENT TRACKING; the oldest is invalidated for one more. */
  maxTrackedKeys: 100_000,
  /** Bytes the embedded store's file must have, and times its compacted size, before it is compacted while running. */
  aofCompactBytes: 16 * 1024 * 1024,
  aofCompactGrowth: 2,
  /** Bytes of a config.json, and of a key or certificate file that it names. */
  maxConfigBytes: 1024 * 1024,
  maxTlsFileBytes: 1024 * 1024,
  /** Levels that a change of the settings nests, itself the first; those of Berth need four. */
  maxSettingsDepth: 16,
  /** Frontends that the instance lists; those beyond are counted, and served and edited by name all the same. */
  maxListedFrontends: 20_000,
  /** Bytes of what is listed; as many frontends as fit. */
  maxListedBytes: 64 * 1024 * 1024,
  /** Keys that one SCAN step looks at, and frontends that one read asks for: what the store is held up by at a time. */
  scanStepKeys: 1000,
  tableStepNames: 100,
  /** Backends and bytes that one read of lists asks for, as far as it is known before; a larger one goes alone. */
  tableStepBackends: 10_000,
  tableStepBytes: 4 * 1024 * 1024,
  /** Bytes that the list of one frontend may take in the store to be read. */
  maxFrontendBytes: 16 * 1024 * 1024,
  /** Bytes of the JSON under `berth:options:<name>`. */
  maxOptionsBytes: 1024 * 1024,
  /**
   * Milliseconds before what changed is read for the list of hosts, since changes that come together are read together; and
   * between two such readings, so that a host that changes all the time is read twenty times a second. Workers do not wait.
   */
  tableDelayMs: 20,
  tableEveryMs: 50,
  /** Milliseconds between two readings of everything, where the server cannot push changes or some are not listed. */
  tablePollMs: 3000,
  /**
   * Milliseconds of one turn of the event loop that the list of hosts, that of their health, and the text of large
   * answers may take each; and for which a list that is made is kept for others who ask.
   */
  listSliceMs: 5,
  listSharedMs: 1000,
  /** Hosts whose change waits for a subscriber; with one more, it is told everything anew. */
  maxQueuedHostChanges: 1000,
  /** Edits that can be taken back, and their bytes; the oldest is forgotten for one more. */
  maxKeptEdits: 100,
  maxKeptEditBytes: 16 * 1024 * 1024,
  /** Hosts of all of them: an import is one edit of many. */
  maxKeptEditHosts: 20_000,
  /** Milliseconds between two active checks of a backend, and of their timeouts: the least and the most. */
  minCheckMs: 100,
  maxCheckMs: 3_600_000,
  /** Characters of a filter. */
  maxFilterChars: 1000,
  /** Regular expressions in a filter, characters of one, and counts in its repetitions. */
  maxFilterRegexes: 4,
  maxRegexChars: 200,
  maxRegexRepeats: 100,
  /**
   * Characters and classes of a regular expression with its repetitions written out: as many as two words have bits.
   * Everything in it, empty groups too, written out so: what compiling it takes.
   */
  maxRegexStates: 64,
  maxRegexNodes: 500,
  /** Characters that a regular expression looks at: the longest valid host, and the longest path of a record. */
  maxRegexTextChars: 253 + 2048,
  /** Milliseconds that all filters together may take of one turn of the event loop, and one live stream of a batch. */
  filterSliceMs: 5,
  streamFilterMs: 5,
  /** Combinations of client, host and the like that records are compared with, to hold once what they have in common. */
  recentRecordCommons: 8,
  /** Readers with a filter at a time, live streams included; one more is refused. */
  maxFilters: 256,
  /** Records that the supervisor keeps for those who look later. */
  maxHeldRecords: 10_000,
  /** Characters of text in those records: long fields count, so that they cannot fill the supervisor. */
  maxHeldRecordChars: 16 * 1024 * 1024,
  /**
   * Records in one batch of the live stream, and milliseconds between two batches: a subscriber that reads loses
   * nothing up to 2,000 matching records a second, and no burst of up to `maxHeldRecords` either. One that asks for
   * everything then costs about 1 % of a core, at whatever number of requests.
   */
  maxStreamBatchRecords: 200,
  streamBatchMs: 100,
  /**
   * Records in one message to whoever looks at the newest ones, and milliseconds between two messages while more come
   * than are shown: what a look costs does not grow with the number of requests.
   */
  maxWatchedRows: 100,
  watchPaceMs: 200,
  /** Hosts of which numbers are kept; the one that was asked for longest ago goes for one more. */
  maxTrafficHosts: 500,
  /** Seconds over which requests per second are counted, and milliseconds between two pictures of all hosts. */
  trafficRateSeconds: 10,
  trafficWatchMs: 1000,
  /** Frontends, and backends of each, that metrics name; the rest is counted as `other`. */
  maxMetricHosts: 100,
  maxMetricBackends: 50,
  /**
   * Connections of one door of the control plane, those of which may not have shown yet that they may be there, and
   * milliseconds after which such a one may have to go for another. Those beyond are told that there are too many; of
   * those the oldest goes for one more.
   */
  maxControlConnections: 256,
  maxUnprovenConnections: 128,
  controlProofMs: 250,
  maxRefusedConnections: 64,
  /** Bytes of the head of a request to the control plane, of a body, and of one message of a WebSocket. */
  maxControlHeadBytes: 16 * 1024,
  maxControlBodyBytes: 1024 * 1024,
  maxControlMessageBytes: 1024 * 1024,
  /** Milliseconds a client has for the head of a request, for all of it, and that an idle connection is kept. */
  controlHeadMs: 5000,
  controlRequestMs: 15_000,
  controlIdleMs: 10_000,
  /** Milliseconds for which the rest of a refused body is still read, so that the refusal is not lost to a reset. */
  controlDiscardMs: 500,
  /** Calls and streams that one connection has open, streams among them, and streams of all; one more is refused. */
  maxControlCalls: 64,
  maxControlStreams: 8,
  maxAllControlStreams: 512,
  /** Unread bytes of a WebSocket from which its streams wait, and above which it is closed. */
  controlOutputPauseBytes: 1024 * 1024,
  maxControlOutputBytes: 128 * 1024 * 1024,
  /** All files of the interface, which the loopback door holds in memory. */
  maxInterfaceBytes: 16 * 1024 * 1024,
  /** Milliseconds that fetching Electron's program may take, once, from a checkout. */
  electronFetchMs: 10 * 60_000,
  /**
   * Unread bytes of all connections to the control plane, beside the answer made last, above which whoever is behind
   * for longest is ended; those from which large answers wait; and what a message costs beside its text.
   */
  maxControlBufferedBytes: 64 * 1024 * 1024,
  controlRoomBytes: 32 * 1024 * 1024,
  controlMessageOverheadBytes: 512,
  /** Characters in one piece of the text of a large answer, and items of a list whose text is made in one go. */
  controlPieceChars: 256 * 1024,
  jsonItemsAtOnce: 100,
  /** Milliseconds a connection may leave answers unread while others wait for room, or while it asks for more. */
  controlStallMs: 2000,
  /** Milliseconds a client waits for the control plane to open a WebSocket and to say hello. */
  controlHelloMs: 5000,
  /** Milliseconds until a WebSocket that a client closes goes without the other side's answer to that. */
  controlCloseMs: 1000,
  /** Milliseconds a code holds that hands the token over to a browser, and codes that hold at a time. */
  handOverMs: 120_000,
  maxHandOvers: 16,
  /** Messages of a stream that a client reads ahead of whoever consumes it. */
  maxStreamAhead: 16,
  /**
   * Who listens on a port of this machine that refuses: ms that an answer holds, between two look-ups, and ports that are
   * remembered.
   */
  portHintMs: 10_000,
  portHintGapMs: 250,
  maxPortHints: 500,
  /** Workers of the desktop's instance where no file says how many: it runs beside everything else that a person does. */
  maxDesktopWorkers: 2,
  /** Milliseconds between two looks at the status for those who watch it, and between two lines about refused calls. */
  statusWatchMs: 1000,
  controlNoticeMs: 60_000,
  /** Active checks under way at once, and how many of them may be of backends that let their last check wait in vain. */
  maxConcurrentChecks: 64,
  maxHungChecks: 32,
  /** Part of both that the backends of one frontend may have. */
  checkShare: 0.5,
  /** Backends that one instance checks; what is over is not checked, and that is said. */
  maxCheckedBackends: 10_000,
  /** Milliseconds within which a new check runs first, however long its interval. */
  firstCheckMs: 3000,
  /** Milliseconds after the beginning of a check before a request that failed may bring the next one forward. */
  hurryMs: 1000,
  /** Part of its interval by which a check may come earlier, never later, so that checks do not march in step. */
  checkJitter: 0.1,
  /** Bytes of a check's answer that are read and thrown away, and milliseconds spent on it, before it is cut off. */
  maxCheckBodyBytes: 64 * 1024,
  checkBodyMs: 500,
  /**
   * Milliseconds between two connections to a backend that nobody checks, and that one may take; addresses that one
   * instance watches so, connections under way at once, and how many of them may be to what let the last one wait.
   */
  probeMs: 3000,
  probeTimeoutMs: 2000,
  maxProbedBackends: 500,
  maxConcurrentProbes: 16,
  maxHungProbes: 8,
  /** Connections in a row that fail before a backend is down. */
  probeFall: 2,
  /** Characters of a sentence about a backend's health. */
  maxHealthReasonChars: 200,
  /** Life of the checker's lease, and milliseconds between two renewals or tries to get it. */
  checkerLeaseMs: 6000,
  checkerBeatMs: 2000,
  /** Milliseconds between two warnings about a lease that is none, and looks in a row that fail before that is said. */
  checkerNoticeMs: 60_000,
  checkerTries: 3,
  /** Milliseconds that an instance which ends takes at most to give the lease back; else it ends by itself. */
  checkerLeaveMs: 1000,
  /** Milliseconds between two pings of the checker (`hchecker_ping`). */
  checkerPingMs: 5000,
  /** Milliseconds in which changes of the frontends make one new schedule of checks: with many of them it is long. */
  rescheduleMs: 200,
  /** Seconds by which a ping may be ahead of our clock: more is no time at which anybody wrote it. */
  checkerAheadSeconds: 300,
  /** Milliseconds after which the marks of a frontend are looked at: its backends often change together. */
  markDelayMs: 20,
  /** Milliseconds after which a finding is shared when it is news, and when it is the same as before. */
  findingsNewsMs: 100,
  findingsMs: 5000,
  /** Life of a shared finding beyond the interval of its check. */
  findingsLifeMs: 15_000,
  /** Milliseconds for which a request that a backend answered counts as a sign of life. */
  requestEvidenceMs: 300_000,
  /** Backends of which more is known than their dead marks: states, history, events. */
  maxHealthBackends: 5000,
  /** Slots of a backend's history, the length of one in milliseconds, and slots over all backends. */
  maxHealthSlots: 90,
  healthSlotMs: 60_000,
  maxAllHealthSlots: 180_000,
  /** Milliseconds between two looks at what ended by itself, and between two messages to those who watch. */
  healthTickMs: 500,
  /** Milliseconds in which changes of one frontend's backends are collected for one line, and such lines a minute. */
  healthLinesMs: 1000,
  maxHealthLinesPerMinute: 30,
  healthWatchMs: 1000,
  /** Milliseconds that a change of state must last before it is told; a check's interval counts up to the second. */
  healthDebounceMs: 5000,
  maxHealthDebounceMs: 60_000,
  /** Changes between up and down within `flapWindowMs` from which a backend flaps, and milliseconds of rest that end it. */
  flapCount: 6,
  flapWindowMs: 300_000,
  flapRestMs: 60_000,
  /** Events that wait for one who hears them; the oldest goes for one more. */
  maxQueuedHealthEvents: 200,
  /** Events that wait for the webhook; tries for one, milliseconds a try may take, first pause between two, and longest. */
  maxQueuedWebhooks: 100,
  webhookTries: 5,
  webhookTimeoutMs: 5000,
  webhookRetryFirstMs: 1000,
  webhookRetryMaxMs: 30_000,
  /** Times that an edit of a frontend's options is tried anew after another writer was first. */
  maxOptionTries: 3,
  /**
   * Bytes of a document to import, its separators (a value takes up to a kilobyte to read), files of a directory to
   * import, levels that a document nests, frontends taken from one, and problems of it that are told.
   */
  maxImportBytes: 8 * 1024 * 1024,
  maxImportSeparators: 500_000,
  maxImportFiles: 2000,
  maxImportDepth: 24,
  maxImportedFrontends: 20_000,
  maxImportProblems: 200,
  /** Reads of a running instance that an import has under way. */
  importReads: 32,
  /** Writes to a running instance that an import has under way. */
  importWrites: 16,
  /** Names in one message of an import or migration; the rest is counted. */
  maxNamedConflicts: 20,
  /** Milliseconds that a verb which needs a store waits for it. */
  storeOpenMs: 10_000,
  /** Milliseconds between two lines of progress on a terminal. */
  progressMs: 100,
  /** Milliseconds that a command of the system's service manager may take, and bytes of what it says. */
  serviceCommandMs: 30_000,
  maxServiceOutputBytes: 1024 * 1024,
  /** Milliseconds a verb of the command line has to clean up after Ctrl-C, before it is ended. */
  verbStopMs: 1000,
  /** Milliseconds in which a shell's completion gets names of hosts, or none. */
  completionMs: 400,
  /** Milliseconds between two tries to follow a stream again that the instance has ended. */
  resumeMs: 200,
  /** Milliseconds between two requests of `berth wait`: first, and at most; and that one of them may take. */
  waitFirstMs: 50,
  waitMaxMs: 1000,
  waitRequestMs: 5000,
  /**
   * A request that is sent again from the interface: characters of its method, headers and characters of them, bytes of
   * its body and of the answer that are kept, milliseconds for all of it, for which its record is then looked for, and
   * between two such looks; records in one look, and such requests at a time.
   */
  maxReplayMethodChars: 32,
  maxReplayHeaders: 100,
  maxReplayHeaderChars: 16 * 1024,
  maxReplayBodyBytes: 256 * 1024,
  maxReplayAnswerBytes: 256 * 1024,
  replayMs: 30_000,
  replayRecordMs: 500,
  replayLookMs: 25,
  maxReplayLookRecords: 2000,
  maxReplays: 8,
  /** Milliseconds of a request from which `berth logs` and `berth top` show it as slow, and as very slow. */
  slowRequestMs: 1000,
  verySlowRequestMs: 5000,
  /** Milliseconds for which `berth add` looks whether something listens on a new backend. */
  listenerLookMs: 1000,
  /** Connections of one window to the instance, and messages on one that the page has not read. */
  maxDesktopPorts: 64,
  maxPortAhead: 64,
  /** Bytes that a window has sent and the instance has not taken, on one connection. */
  maxPortBehindBytes: 4 * 1024 * 1024,
  /** Milliseconds between two looks for the instance: while ours starts, and while none runs. */
  engineLookMs: 50,
  engineAwaitMs: 1000,
  /** Milliseconds in which an instance that the desktop started has to serve. */
  engineStartMs: 30_000,
  /** Milliseconds for which requests may finish when the app quits. */
  engineQuitMs: 3000,
  /** Milliseconds between the signal that ends an instance at once and SIGKILL. */
  engineKillMs: 2000,
  /** Lines that an instance said last, for when it crashes, and characters of one. */
  maxEngineLines: 40,
  maxEngineLineChars: 500,
  /** Hosts and last errors in the tray's menu, and characters of one of its lines. */
  maxTrayHosts: 10,
  maxTrayErrors: 5,
  maxTrayLineChars: 80,
  /** Milliseconds between two looks at the last errors, while there are requests. */
  trayErrorsMs: 5000,
  /** Milliseconds in which changes of health become one notification when they are many, and how many are many. */
  notificationMs: 1000,
  maxNotifications: 3,
  /** Milliseconds before the window's place is written after it moved. */
  windowWriteMs: 500,
  /** Bytes of desktop.json and window.json. */
  maxDesktopFileBytes: 64 * 1024,
  /** Container engines that are asked at once. */
  maxEngines: 16,
  /** Characters of the address of a container engine. */
  maxEngineIdChars: 1024,
  /** Containers that are looked at, over all engines; more are counted. */
  maxContainers: 2000,
  maxContainerNameChars: 255,
  /** Characters of how a mapping calls its container: `web of shop`. */
  maxContainerNoteChars: 520,
  /** Ports, networks, labels and wanted hosts of one container; what is beyond them is named as a problem. */
  maxContainerPorts: 64,
  maxContainerNetworks: 32,
  maxContainerLabels: 512,
  maxWantedHosts: 32,
  maxLabelNameChars: 256,
  /** Characters of a label or variable that is read; a longer one is a problem of its container alone. */
  maxLabelChars: 8192,
  /** Problems of one container that are told, and characters of one. */
  maxContainerProblems: 8,
  maxContainerProblemChars: 240,
  /** Backends that one mapping puts into a list: a service scaled beyond it gets no more. */
  maxMappedBackends: 64,
  /** Mappings of one host, and bytes that they may take in the store: of more, none is kept. */
  maxMappingsPerHost: 64,
  maxMappingsBytes: 1024 * 1024,
  /** Mappings that are kept, over all hosts. */
  maxMappings: 4096,
  /** Characters of all that stands in the store of mappings; what goes beyond is not read. */
  maxMappingsChars: 32 * 1024 * 1024,
  /**
   * Of what a container engine says, bytes that are kept: of one text, of one member of the object that describes a
   * container, of one event, and of an answer. Texts and members are cut there, so that each costs itself alone.
   */
  maxEngineTextBytes: 64 * 1024,
  maxEngineMemberBytes: 1024 * 1024,
  maxEngineEventBytes: 256 * 1024,
  maxEngineAnswerBytes: 16 * 1024 * 1024,
  /** Bytes of one answer of a container engine that are read at all. */
  maxEngineReadBytes: 256 * 1024 * 1024,
  /**
   * Milliseconds in which a container engine has to answer a question, and to list all of its containers, which may be
   * long; and that a list waits beyond that, for each of its containers, until all of them have been looked at.
   */
  engineAnswerMs: 5000,
  engineListMs: 20_000,
  inspectionShareMs: 50,
  /** Milliseconds after which a container engine that took the first question is said to be starting. */
  engineSlowMs: 1000,
  /** Milliseconds between two tries to reach a container engine that is away: the first, and the longest. */
  engineRetryMs: 100,
  engineRetryMaxMs: 600,
  /** Milliseconds between two looks for engines that were not there. */
  engineSearchMs: 5000,
  /** Milliseconds between two whole lists of containers, in case an event was missed. */
  containersPollMs: 30_000,
  /** Milliseconds in which events become one look at the containers that they name. */
  containerEventsMs: 20,
  /** Inspections of containers under way at one engine. */
  maxInspections: 8,
  /** Milliseconds for which the first request waits at the start of an instance until mapped hosts are what they are now. */
  mappingsFirstMs: 2000,
  /** Milliseconds between two lists of containers to whoever watches. */
  containersNewsMs: 250,
  /** Milliseconds for which a container that started may refuse before that counts. */
  containerStartMs: 60_000,
  /**
   * Milliseconds between two connections to a container that has just started, for which the end of a published port
   * must stay open to be the container's, and such connections at a time.
   */
  startProbeMs: 100,
  startHoldMs: 100,
  maxStartProbes: 32,
  /** Milliseconds in which a port of a container has to take a connection, and then to answer. */
  reachConnectMs: 1000,
  reachAnswerMs: 3000,
  /** Bytes of the answer of a port that are read, and milliseconds in which they have to come. */
  maxReachBodyBytes: 16 * 1024,
  reachBodyMs: 500,
  /** Ports of one container that are asked at once. */
  maxReachPorts: 16,
  /** Bytes of a table of sockets, and processes of a container, that are read to see what listens inside. */
  maxSocketTableBytes: 1024 * 1024,
  maxReachProcesses: 32,
  /** Characters of a command line in a container that are read. */
  maxReachCommandChars: 1024,
  /** Milliseconds for which a browser that waits for a container is told to wait. */
  holdReloadMs: 1000,
  /** Listening ports of this machine that are told, and last owners of ports that are remembered. */
  maxListeningPorts: 2000,
  maxRememberedOwners: 1000,
  /** Milliseconds between two looks at who listens on ports that backends name; and where a look starts a program. */
  listeningPollMs: 3000,
  listeningPollByToolMs: 60_000,
  /** Of so many looks one reads the table of all that listen; the others see whether those are there yet. */
  listeningQuietLooks: 5,
  /** Milliseconds that such a program may take, and bytes that it may print. */
  portToolMs: 2000,
  maxPortToolBytes: 8 * 1024 * 1024,
  /** Descriptors of one process that are looked at for a socket: those that listen are opened early. */
  maxOwnerDescriptors: 4096,
  /** Characters of the folder of a process, and frontends that are told of its port. */
  maxFolderChars: 1024,
  maxPortHosts: 32,
  /**
   * The doctor: milliseconds that one check may take, and one that starts a browser; hosts that it tries, and at the same
   * time; lines beside the sentence of a check; characters of one of them, and of the name of an action.
   */
  doctorCheckMs: 10_000,
  doctorBrowserMs: 20_000,
  maxDoctorHosts: 200,
  doctorHostsAtOnce: 8,
  maxDoctorDetails: 20,
  maxDoctorTextChars: 300,
  maxDoctorActionChars: 320,
  /** Milliseconds that a look-up of a name, a handshake and a question to a listener of ours may take in it. */
  doctorAnswerMs: 5000,
  /**
   * Milliseconds for which a TLS handshake that is cut off is tried again, and between two tries: longer than a worker waits
   * for a certificate, which may be made just now with its CA, and than it believes that there is none.
   */
  doctorIssueMs: 12_000,
  doctorIssuePauseMs: 1200,
  /** Addresses of this machine at which the doctor asks whether others reach it. */
  maxDoctorAddresses: 4,
  /** Bytes of a file that the doctor reads. */
  maxDoctorFileBytes: 4 * 1024 * 1024,
  /** MB free where the embedded store lies, below which it is told; and below which it is a problem. */
  lowDiskMegabytes: 500,
  fullDiskMegabytes: 20,
  /** Milliseconds by which clocks may differ. */
  clockSkewMs: 5000,
  /** Milliseconds of a round trip to the store that are told. */
  slowStoreMs: 100,
  /** Days before its end at which a certificate is told. */
  certificateEndsDays: 14,
  /**
   * Milliseconds a program of the system may take, and one that asks a person; that it has to end when it is told, and that
   * its output is waited for once it has; bytes that are kept of what it prints.
   */
  toolMs: 20_000,
  elevationMs: 5 * 60_000,
  toolEndMs: 2000,
  maxToolOutputBytes: 1024 * 1024,
  /** Bytes of a file of the system that is read to be changed: some hosts files are long lists of what is blocked. */
  maxSystemFileBytes: 64 * 1024 * 1024,
  /** ms in which a resolver that was told something new answers by it, and ms between two tries. */
  resolverSettleMs: 5000,
  resolverTryMs: 250,
  /** ms that one look-up may take which shows whether the resolver asks us. */
  resolverAnswerMs: 4000,
  /** Hosts in Berth's block of the hosts file, which programs read from its beginning for every name. */
  maxHostsFileNames: 2000,
  /** Hosts outside of the suffixes that can be asked for by name, for the hosts file. */
  maxHostsByHand: 200,
  /** Plans of changes to the machine that are held until a person agrees, how long in ms, and bytes of their files. */
  maxHeldPlans: 8,
  heldPlanMs: 10 * 60_000,
  maxHeldPlanBytes: 64 * 1024 * 1024,
  /** Lines of a change that a terminal is shown before a person is asked whether to see the rest. */
  maxShownChangeLines: 200,
  /** Copies of the hosts file that are kept, and milliseconds in which changes of hosts become one of it. */
  maxHostsFileCopies: 10,
  hostsFileDelayMs: 300,
  /** Hosts that are looked up at once for a person to see, ms that one look-up may take, and look-ups under way. */
  maxNamesLooked: 500,
  nameLookupMs: 8000,
  maxNameLookups: 8,
  /** Look-ups that take too long before the resolver of the system is asked no more. */
  maxLateLookups: 4,
  /** Seconds for which an answer of our DNS server is remembered elsewhere: a name that is taken away goes soon. */
  dnsTtlSeconds: 10,
  /** Bytes of a DNS query over TCP, and of a datagram that we say we take; none that is meant is nearly as long. */
  maxDnsQueryBytes: 4096,
  maxDnsDatagramBytes: 1232,
  /** Bytes of datagrams that wait in the system; and those answered in one second, since each takes time of accepting. */
  dnsReceiveBytes: 64 * 1024,
  dnsQueriesPerSecond: 5000,
  /** Connections of the DNS server over TCP, and milliseconds of silence after which one ends. */
  maxDnsConnections: 64,
  dnsIdleMs: 5000,
  /** Ports that are tried where any will do: each has to be free for UDP and TCP. */
  maxDnsPortTries: 8,
  /**
   * Milliseconds that a certificate of the local CA is good for, and one of a host; before its end, from which on another
   * one is made; and that it begins early, for clocks that differ.
   */
  caLifeMs: 10 * 365 * 86_400_000,
  caRenewMs: 180 * 86_400_000,
  leafLifeMs: 90 * 86_400_000,
  leafRenewMs: 30 * 86_400_000,
  certificateSkewMs: 3_600_000,
  /** Milliseconds between two looks whether the files of the local CA are others by now. */
  caLookMs: 1000,
  /** Certificates that the supervisor holds: of hosts with a frontend of their own, and of all other names. */
  maxLeaves: 2000,
  maxOtherLeaves: 500,
  /** Those that it makes at the same time, and how many of them may be for other names. */
  maxLeavesAtOnce: 8,
  maxOtherLeavesAtOnce: 2,
  /** Those that wait for their turn, of all clients and of one; one more is refused. */
  maxWaitingLeaves: 1024,
  maxWaitingLeavesOfClient: 256,
  maxWaitingOtherLeaves: 64,
  maxWaitingOtherLeavesOfClient: 32,
  /**
   * Certificates for other names, those of each wildcard apart: so many at once, and then so many a second, of all clients
   * and of one.
   */
  leafBurst: 200,
  leavesPerSecond: 20,
  leafBurstOfClient: 100,
  leavesOfClientPerSecond: 10,
  /** Wildcards, and clients at one of them, of which is known what they have asked for. */
  maxLeafGroups: 256,
  maxLeafClients: 4096,
  /** Names that were asked for and may not be certified, as status tells them. */
  maxRefusedNames: 50,
  /**
   * Hosts with a frontend of their own of which a worker has a certificate at hand, other names, and names of which it
   * knows that there is none; and milliseconds for which it believes that.
   */
  maxSecureContexts: 1000,
  maxOtherContexts: 250,
  maxMissingContexts: 500,
  noCertificateMs: 60_000,
  failedCertificateMs: 1000,
  /** Bytes of a TLS client's first message, and records that it is cut into; what is more is no message of a client. */
  maxHelloBytes: 18 * 1024,
  maxHelloRecords: 16,
  /** Milliseconds that a handshake waits for its certificate; questions of one worker at the same time, and of one client. */
  certificateAskMs: 5000,
  maxPendingCertificates: 1024,
  maxPendingCertificatesOfClient: 512,
  /** Milliseconds between two lines of a worker that a certificate cannot be had. */
  certificateNoticeMs: 10_000,
  /** Characters of the path of a frontend's key or certificate. */
  maxCertificatePathChars: 4096,
  /** Hosts with a certificate that a person brought, and milliseconds between two looks at their files. */
  maxOwnPairs: 256,
  ownPairsLookMs: 2000,
  /** Milliseconds before files that are bad, and did not change, are read again. */
  badPairMs: 60_000,
  /** Certificates that are listed, and milliseconds before the end of a person's own from which it is said. */
  maxListedCertificates: 1000,
  ownPairWarnMs: 14 * 86_400_000,
  /** Certificates of the local CA that are kept after another one has taken their place. */
  maxPreviousCas: 32,
  /** Milliseconds that a handshake with a CA's certificate may take, which shows whether a store trusts it. */
  trustHandshakeMs: 15_000,
  /** Milliseconds between two looks at whether somebody has changed the trust in the local CA. */
  trustLookMs: 5000,
  /** Milliseconds that one change of a store may take: the system may ask a person. */
  trustChangeMs: 180_000,
  /** Bytes of all certificates that a system trusts, of one file of them, and of a file that names Firefox's profiles. */
  maxTrustBundleBytes: 32 * 1024 * 1024,
  maxTrustedFileBytes: 256 * 1024,
  /** Profiles of Firefox in one place that are looked at. */
  maxFirefoxProfiles: 50,
  /** Bytes of a file of a certificate database of which a copy is kept, so that it can come back as it was. */
  maxSavedDatabaseBytes: 64 * 1024 * 1024,
  /** Processes whose open files are looked through. */
  maxLookedAtProcesses: 10_000,
  /** Milliseconds between two looks for an update. */
  updateCheckMs: 6 * 3_600_000,
} as const;
