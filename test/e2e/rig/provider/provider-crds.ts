import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { KubernetesObject } from '../kubernetes/api-client.ts';
import { type Kind, kindName } from './kinds-in-use.ts';
import { permissiveCrd } from './permissive-crd.ts';

const projectRoot = join(import.meta.dirname, '../../../..');

export interface ProviderCrds {
  readonly crds: readonly KubernetesObject[];
  /** Whether they are the provider's own: only then does the API server refuse what AWS's provider would refuse. */
  readonly areReal: boolean;
}

/**
 * The CRDs of managed resources: the provider's own from the folder `UNDERSTUDY_PROVIDER_CRDS` (default
 * `../shared/provider-aws-crds` beside the project), one `<group>_<plural>.yaml` each. Without the folder, permissive
 * stand-ins, which it says on stderr.
 *
 * @throws Error when `UNDERSTUDY_PROVIDER_CRDS` names no folder, or the provider has no such kind.
 */
export async function providerCrds(kinds: readonly Kind[]): Promise<ProviderCrds> {
  const folder = providerCrdsFolder();
  if (folder === undefined) {
    process.stderr.write(
      `e2e: the provider's CRDs are not here (UNDERSTUDY_PROVIDER_CRDS is unset), so ${kinds.length} kinds get CRDs that ` +
        'accept any field: wrong fields of managed resources go unnoticed in this run.\n',
    );
    return { crds: kinds.map(permissiveCrd), areReal: false };
  }
  const byKind = await filesByKind(folder);
  const files = kinds.map((kind) => {
    const file = byKind.get(kindName(kind));
    if (file === undefined) {
      throw new Error(`${kindName(kind)}: the provider has no such kind (${folder})`);
    }
    return file;
  });
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return { crds: texts.map((text) => parse(text) as KubernetesObject), areReal: true };
}

/** Where the provider's own CRDs are, or undefined. @throws Error when `UNDERSTUDY_PROVIDER_CRDS` names no folder. */
export function providerCrdsFolder(): string | undefined {
  const named = process.env.UNDERSTUDY_PROVIDER_CRDS;
  if (named !== undefined && named !== '') {
    if (!existsSync(named)) {
      throw new Error(`UNDERSTUDY_PROVIDER_CRDS is ${named}, and there is no such folder`);
    }
    return named;
  }
  const usual = join(projectRoot, '../shared/provider-aws-crds');
  return existsSync(usual) ? usual : undefined;
}

/** The files by `Kind.group`, found by their text: parsing 200 large files as YAML would take most of a boot. */
async function filesByKind(folder: string): Promise<ReadonlyMap<string, string>> {
  const byKind = new Map<string, string>();
  for (const file of await readdir(folder)) {
    const text = file.endsWith('.yaml') ? await readFile(join(folder, file), 'utf8') : '';
    const group = /^ {2}group: (\S+)$/m.exec(text)?.[1];
    const kind = /^ {4}kind: (\S+)$/m.exec(text)?.[1];
    if (group !== undefined && kind !== undefined) {
      byKind.set(`${kind}.${group}`, file);
    }
  }
  return byKind;
}
