import type { ContainersView } from '../../shared/contract/containers.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import type { Api, Context } from '../context.ts';
import { containersLines, verdictLines } from '../render/containers.ts';
import { counted } from '../render/units.ts';
import { openScreen } from '../screen.ts';
import { lasting } from '../stream.ts';

export interface ContainersInput {
  /** None lists all of them. */
  readonly container: string | null;
  readonly port: number | null;
  readonly engine: string | undefined;
  /** Those that do not run, too. */
  readonly all: boolean;
  /** Go on with what changes. */
  readonly watch: boolean;
}

/** `berth containers [CONTAINER[:PORT]]` */
export async function containers(input: ContainersInput, context: Context): Promise<number> {
  const { client, output, signal } = context;
  const api = await client();
  if (input.container !== null) return await look(input.container, input, api, context);
  if (input.watch) return await watch(input, api, context);
  const view = shown(await api.containers.list(undefined, { signal }), input);
  if (output.json) {
    output.document({ ...view });
    return exitCodes.ok;
  }
  output.lines(containersLines(view, output));
  sayEmpty(view, output);
  return exitCodes.ok;
}

/** What the ports of one container answer, now. */
async function look(
  container: string,
  { port, engine }: ContainersInput,
  api: Api,
  { output, signal }: Context,
): Promise<number> {
  const verdicts = await api.containers.look(
    {
      container,
      ...(port === null ? {} : { port }),
      ...(engine === undefined ? {} : { engine }),
    },
    { signal },
  );
  if (output.json) output.document({ ports: verdicts });
  else output.lines(verdictLines(verdicts, output));
  return verdicts.some(({ works }) => works) ? exitCodes.ok : exitCodes.unhealthy;
}

async function watch(
  input: ContainersInput,
  api: Api,
  { output, signal, world }: Context,
): Promise<number> {
  const views = lasting(() => api.containers.watch(undefined, { signal }), signal);
  const screen = output.isScreen && !output.json ? openScreen(output, world.signals) : null;
  try {
    for await (const every of views) {
      const view = shown(every, input);
      const lines = containersLines(view, output);
      if (screen !== null) screen.show([...lines, '', output.style.quiet('Ctrl-C ends')]);
      else if (output.json) output.record({ ...view });
      else output.lines([...lines, '']);
      await output.drained();
    }
  } finally {
    screen?.close();
  }
  return exitCodes.ok;
}

function shown(view: ContainersView, { all, engine }: ContainersInput): ContainersView {
  const isShown = (id: string): boolean => engine === undefined || id === engine;
  return {
    ...view,
    engines: view.engines.filter(({ id }) => isShown(id)),
    containers: view.containers.filter(
      (one) => isShown(one.engine) && (all || one.state !== 'exited'),
    ),
    mappings: view.mappings.filter((mapping) => isShown(mapping.engine)),
  };
}

function sayEmpty(view: ContainersView, output: Context['output']): void {
  if (!view.enabled) {
    output.say(
      'This instance does not look for containers.\nSwitch it on: berth config set containers.enabled true',
    );
  } else if (view.none !== null) output.say(`${view.none.reason}\n${view.none.advice}`);
  else if (view.containers.length === 0 && view.engines.some(({ state }) => state === 'running')) {
    output.say('No container runs. Those that ended: berth containers --all');
  }
  if (view.left > 0) output.say(`\n${counted(view.left, 'container')} more than can be listed`);
}
