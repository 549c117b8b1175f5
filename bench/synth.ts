import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ApiObject, App, Chart } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { addCharts } from '../charts/manifests.ts';
import { type MultiRegionApp, multiRegionAppSchema } from '../src/api/multi-region-app.ts';

interface Measured {
  readonly ms: number;
  readonly heapMiB: number;
}

/** Synthesis of 1, 10 and 100 applications, against plain cdk8s that emits the very same objects. */
export async function synthBench(): Promise<object> {
  return Object.fromEntries([1, 10, 100].map((count) => [`${count} applications`, compare(count)]));
}

function compare(count: number): object {
  const apps = Array.from({ length: count }, (_, index) => appNamed(`app${index}`));
  const folder = mkdtempSync(path.join(tmpdir(), 'synth-'));
  try {
    const outdir = path.join(folder, 'understudy');
    const understudy = measure(() => {
      const root = new App({ outdir });
      addCharts(root, apps, []);
      root.synth();
    });
    const objects = objectsIn(outdir);
    const plain = measure(() => {
      const root = new App({ outdir: path.join(folder, 'plain') });
      const chart = new Chart(root, 'all');
      for (const [index, object] of objects.entries()) new ApiObject(chart, `object-${index}`, object);
      root.synth();
    });
    const ratio = (part: keyof Measured): number => Number((understudy[part] / plain[part]).toFixed(2));
    return { objects: objects.length, understudy, plain, timeRatio: ratio('ms'), memoryRatio: ratio('heapMiB') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measure(run: () => void): Measured {
  global.gc?.();
  const heapBefore = process.memoryUsage().heapUsed;
  const startMs = performance.now();
  run();
  const ms = Math.round(performance.now() - startMs);
  return { ms, heapMiB: Math.max(1, Math.round((process.memoryUsage().heapUsed - heapBefore) / 2 ** 20)) };
}

function appNamed(name: string): MultiRegionApp {
  return multiRegionAppSchema.parse({
    apiVersion: 'understudy.dev/v1alpha1',
    kind: 'MultiRegionApp',
    metadata: { name, namespace: name },
    spec: { domain: { name: `${name}.example.com`, zoneName: 'example.com' } },
  });
}

interface PlainObject {
  readonly apiVersion: string;
  readonly kind: string;
}

function objectsIn(folder: string): PlainObject[] {
  return readdirSync(folder).flatMap((name) =>
    parseAllDocuments(readFileSync(path.join(folder, name), 'utf8')).map((document) => document.toJS() as PlainObject),
  );
}
