import { createLogUpdate } from 'log-update';
import { Cluster } from '../cluster/cluster.ts';
import { watchObjects } from '../cluster/watch-objects.ts';
import { colorsFor } from '../colors.ts';
import { exitCodes } from '../exit-codes.ts';
import { controllerState } from './controller-state.ts';
import { findPlan } from './find-plan.ts';
import { interruptible } from './interruption.ts';
import type { ClusterArguments, OperatorSurroundings } from './options.ts';
import { type StatusPicture, statusJson, statusLines } from './status-view.ts';

/** How often what ticks is drawn again: ages, and whether a controller acts. */
const redrawMs = 5_000;

export interface StatusArguments extends ClusterArguments {
  readonly plan: string | undefined;
  readonly 'all-namespaces': boolean;
  readonly watch: boolean;
}

/** Prints how plans are, once or until Ctrl-C. */
export async function showStatus(given: StatusArguments, { setExitCode }: OperatorSurroundings): Promise<void> {
  const cluster = Cluster.open(given);
  const options = { plan: given.plan, namespace: given['all-namespaces'] ? null : cluster.namespace };
  const draw = (picture: StatusPicture): string =>
    given.json
      ? JSON.stringify(statusJson(picture), null, given.watch ? 0 : 2)
      : statusLines(picture, { ...options, nowMs: Date.now() }, colorsFor(process.stdout)).join('\n');
  if (given.watch) {
    await interruptible((interrupted) => watchStatus(cluster, options, draw, given.json, interrupted));
    setExitCode(exitCodes.interrupted);
    return;
  }
  console.log(draw(await readStatus(cluster, options)));
}

interface Which {
  readonly plan: string | undefined;
  readonly namespace: string | null;
}

async function readStatus(cluster: Cluster, { plan, namespace }: Which): Promise<StatusPicture> {
  const [plans, { items: failovers }, controller] = await Promise.all([
    plansOf(cluster, plan, namespace),
    cluster.list('failovers', namespace),
    controllerState(cluster, Date.now()),
  ]);
  return { plans, failovers, controller };
}

async function plansOf(cluster: Cluster, plan: string | undefined, namespace: string | null) {
  if (plan !== undefined && namespace !== null) return [await findPlan(cluster, plan)];
  const { items } = await cluster.list('failoverplans', namespace);
  const named = items.filter(({ metadata }) => metadata.name === plan);
  return named.length > 0 ? named : plan === undefined ? items : [await findPlan(cluster, plan)];
}

/** Draws it anew whenever something has changed: on a terminal in place, otherwise one picture below the other. */
async function watchStatus(
  cluster: Cluster,
  which: Which,
  draw: (picture: StatusPicture) => string,
  json: boolean,
  interrupted: AbortSignal,
): Promise<void> {
  const live = process.stdout.isTTY && !json ? createLogUpdate(process.stdout, { showCursor: true }) : null;
  const failed = new AbortController();
  const signal = AbortSignal.any([interrupted, failed.signal]);
  let picture = await readStatus(cluster, which);
  let drawn = '';
  let trouble = '';
  const redraw = (): void => {
    const text = trouble === '' || json ? draw(picture) : `${draw(picture)}\n\n${trouble}`;
    if (text === drawn) return;
    drawn = text;
    if (live === null) console.log(json ? text : `${text}\n`);
    else live(text);
  };
  const onTrouble = (error: Error | null): void => {
    trouble = error === null ? '' : `${error.message}; what is shown is what was seen last`;
    redraw();
  };
  const options = { namespace: which.namespace, signal, onTrouble };
  const isMeant = (name: string): boolean => which.plan === undefined || which.plan === name;
  const followPlans = async (): Promise<void> => {
    for await (const plans of watchObjects(cluster, 'failoverplans', options)) {
      picture = { ...picture, plans: plans.filter(({ metadata }) => isMeant(metadata.name)) };
      redraw();
    }
  };
  const followFailovers = async (): Promise<void> => {
    for await (const failovers of watchObjects(cluster, 'failovers', options)) {
      picture = { ...picture, failovers };
      redraw();
    }
  };
  const timer = setInterval(async () => {
    const controller = await controllerState(cluster, Date.now()).catch(() => picture.controller);
    picture = { ...picture, controller };
    // Ages alone are no news where every picture is printed below the last.
    if (live !== null) redraw();
  }, redrawMs);
  try {
    redraw();
    await Promise.all([followPlans(), followFailovers()]);
  } finally {
    failed.abort();
    clearInterval(timer);
    live?.done();
  }
}
