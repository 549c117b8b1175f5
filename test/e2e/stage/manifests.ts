import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import type { Cluster } from '../rig/cluster.ts';
import type { KubernetesObject } from '../rig/kubernetes/api-client.ts';
import { isTrue } from '../rig/kubernetes/conditions.ts';
import { kubectl } from '../rig/kubernetes/kubectl.ts';
import { waitFor } from '../rig/process/wait-for.ts';

/** Packages have nowhere to be pulled from here, so they are validated and not stored. */
export const packageKinds: readonly string[] = ['Provider', 'Function', 'DeploymentRuntimeConfig'];

/** What one file of dist/ holds. */
export interface ManifestFile {
  readonly name: string;
  readonly objects: readonly KubernetesObject[];
}

/** `npm run synth` for an application's file, into a folder. */
export async function synthesize(app: string, folder: string): Promise<readonly ManifestFile[]> {
  await promisify(execFile)(process.execPath, ['--import', 'tsx', 'charts/main.ts'], {
    env: { ...process.env, UNDERSTUDY_APPS: app, CDK8S_OUTDIR: folder },
  });
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name, objects: objectsOf(join(folder, name)) }));
}

function objectsOf(file: string): KubernetesObject[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS() as KubernetesObject);
}

/** All that a cluster without a registry of packages can store. */
export function storable(files: readonly ManifestFile[]): readonly KubernetesObject[] {
  return files.flatMap(({ objects }) => objects).filter(({ kind }) => !packageKinds.includes(kind));
}

/** As `kubectl -f -` takes several objects. */
export function listOf(items: readonly KubernetesObject[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

/** `kubectl apply --server-side -f dist/`, file by file, waiting for the XRDs that later files need. */
export async function applyFiles(cluster: Cluster, files: readonly ManifestFile[]): Promise<void> {
  for (const file of files) {
    const objects = storable([file]);
    if (objects.length === 0) continue;
    await kubectl(cluster, ['apply', '--server-side', '-f', '-'], listOf(objects));
    for (const definition of objects.filter(({ kind }) => kind === 'CompositeResourceDefinition')) {
      await waitFor(`${definition.metadata.name} is established`, async () =>
        isTrue(await cluster.api.get(definition), 'Established'),
      );
    }
  }
}
