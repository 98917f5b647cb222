import { z } from 'zod';

const text = z.string().catch('');
const flag = z.boolean().catch(false);
const whole = z.number().int().catch(0);
/** Read by hand: one member that is wrong costs itself alone. */
const members = z.record(z.string(), z.unknown()).nullish().catch(null);

/** `GET /version`. Without a version it is no engine. */
export const versionAnswer = z.object({
  Version: z.string(),
  Components: z
    .array(z.object({ Name: text }))
    .nullish()
    .catch(null),
});

/** `GET /info`. */
export const infoAnswer = z.object({
  ID: text,
  Name: text,
  OperatingSystem: text,
  SecurityOptions: z.array(z.string()).nullish().catch(null),
  /** Podman's. */
  Rootless: flag,
});

/** One of `GET /networks`. */
export const networkAnswer = z.object({ Id: z.string(), Name: text, Driver: text, Internal: flag });

/** One of `GET /containers/json`: what says whether it must be looked at anew. */
export const listedAnswer = z.object({
  Id: z.string().regex(/^[0-9a-f]{12,64}$/),
  Names: z.unknown().optional(),
  State: z.unknown().optional(),
  Status: text,
  Ports: z.unknown().optional(),
  NetworkSettings: z.unknown().optional(),
});

const health = z.object({
  Status: text,
  Log: z
    .array(z.object({ Output: text }))
    .nullish()
    .catch(null),
});

/** `GET /containers/<id>/json`. */
export const inspectAnswer = z.object({
  Id: z.string(),
  Name: text,
  State: z.object({
    Status: z.string(),
    Running: z.boolean().optional().catch(undefined),
    Pid: whole,
    ExitCode: whole,
    StartedAt: text,
    FinishedAt: text,
    Health: health.nullish().catch(null),
  }),
  Config: z
    .object({
      Image: text,
      Labels: members,
      Env: z.array(z.unknown()).nullish(),
      ExposedPorts: members,
    })
    .nullish()
    .catch(null),
  HostConfig: z.object({ NetworkMode: text }).nullish().catch(null),
  NetworkSettings: z.object({ Ports: members, Networks: members }).nullish().catch(null),
});

export type InspectAnswer = z.infer<typeof inspectAnswer>;

export const attachedAnswer = z.object({
  IPAddress: text,
  GlobalIPv6Address: text,
  NetworkID: text,
});

export const bindingsAnswer = z.array(z.object({ HostIp: text, HostPort: text }));

/** One of `GET /events`. */
export const eventAnswer = z.object({
  Type: text,
  Action: text,
  /** Older engines, and Podman. */
  status: text,
  id: text,
  Actor: z.object({ ID: text, Attributes: members }).nullish().catch(null),
});
