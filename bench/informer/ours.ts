/** Lists, watches and reconciles FailoverPlans by `controller/runtime`, and says when, as ./controller-runtime does. */

import process from 'node:process';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { KubeConfig } from '@kubernetes/client-node';
import { createLogger } from '../../controller/log.ts';
import { ApiClient } from '../../controller/runtime/api-client.ts';
import { Controller } from '../../controller/runtime/controller.ts';
import { Informer } from '../../controller/runtime/informer.ts';
import type { KubernetesObject } from '../../controller/runtime/kubernetes-object.ts';
import { systemClock } from '../../src/aws/system-clock.ts';
import { plansResource } from '../scale/cluster.ts';

const { values } = parseArgs({
  options: { kubeconfig: { type: 'string' }, plans: { type: 'string' }, workers: { type: 'string' } },
});
const kubeConfig = new KubeConfig();
kubeConfig.loadFromFile(values.kubeconfig ?? '');
const logger = createLogger('error');
const api = new ApiClient({ kubeConfig, clock: systemClock });
const informer = new Informer<KubernetesObject>({ api, clock: systemClock, logger, resource: plansResource });

let seen = new Set<string>();
let label = '';
let expected = Number(values.plans);

const controller = new Controller({
  name: 'plans',
  clock: systemClock,
  logger,
  workers: Number(values.workers),
  reconcile: async (key) => {
    const plan = informer.get(key);
    if (plan === undefined || (label !== '' && plan.metadata.labels?.storm !== label)) return undefined;
    const isNew = !seen.has(key);
    seen.add(key);
    if (isNew && seen.size === expected) console.log('reconciled');
    return undefined;
  },
}).watch(informer);

createInterface(process.stdin)
  .on('line', (line) => {
    const [word = '', count] = line.split(' ');
    seen = new Set();
    label = word;
    expected = Number(count);
    console.log('counting');
  })
  .on('close', () => process.exit());

const { signal } = new AbortController();
void informer.run(signal);
void controller.run(signal, signal);
if (await informer.whenSynced(signal)) console.log('synced');
