import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import type { Site } from '../../src/api/site.ts';
import { loadApp } from '../../src/cli/load-app.ts';
import { awsNameOf, regionOf } from '../../src/cli/render/aws-name.ts';
import { type RenderedComposite, renderApp } from '../../src/cli/render/render-app.ts';
import type { JsonObject } from '../../src/render/json.ts';

/** `forProvider` of an AWS resource, and by what a person knows it. */
export interface AwsResource {
  readonly kind: string;
  /** Name of the Kubernetes object. */
  readonly object: string;
  readonly awsName: string | undefined;
  readonly region: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into resources of every kind
  readonly forProvider: any;
  readonly resource: JsonObject;
}

/** The AWS resources of an example, as a first install leaves them. */
export class Example {
  readonly app: MultiRegionApp;
  readonly #composites: readonly RenderedComposite[];

  constructor(app: MultiRegionApp) {
    this.app = app;
    this.#composites = renderApp(app);
  }

  static async load(path: string): Promise<Example> {
    return new Example(await loadApp(path));
  }

  /** Resources of a site, of a kind, or of what the sites share. */
  of(place: Site | 'global', kind?: string): AwsResource[] {
    const name = `${this.app.metadata.name}-${place}`;
    const resources = this.#composites.find((composite) => composite.name === name)?.resources ?? [];
    return resources.map(awsResource).filter((resource) => kind === undefined || resource.kind === kind);
  }

  /** The one resource of a kind, or of that name in AWS. @throws Error where there is none, or more. */
  one(place: Site | 'global', kind: string, awsName?: string): AwsResource {
    const found = this.of(place, kind).filter((each) => awsName === undefined || each.awsName === awsName);
    const [only] = found;
    if (only === undefined || found.length > 1) {
      throw new Error(`${place} has ${found.length} of ${kind} ${awsName ?? ''}`);
    }
    return only;
  }

  /** All resources. */
  all(): AwsResource[] {
    return this.#composites.flatMap(({ resources }) => resources.map(awsResource));
  }
}

function awsResource(resource: JsonObject): AwsResource {
  const { name } = resource.metadata as { readonly name: string };
  const { forProvider } = resource.spec as { readonly forProvider: object };
  return {
    kind: String(resource.kind),
    object: name,
    awsName: awsNameOf(resource),
    region: regionOf(resource),
    forProvider,
    resource,
  };
}
