import { type CodeKeys, composedApp } from '../../../charts/composed-app.ts';
import type { MultiRegionApp } from '../../api/multi-region-app.ts';
import { sites } from '../../api/site.ts';
import type { JsonObject } from '../../render/json.ts';
import { render } from '../../render/render.ts';
import { firstSharedFailover, firstStackFailover, known } from './first-install.ts';

/** The AWS resources of one composite resource. */
export interface RenderedComposite {
  /** Name of the RegionalStack or GlobalServices. */
  readonly name: string;
  readonly kind: string;
  /** In the order of the composition, each with its namespace. */
  readonly resources: readonly JsonObject[];
  /** Fields that resources wait for that are not there after a first install, such as the database's other slot. */
  readonly awaited: readonly string[];
}

/** Stand for bundles that a build names by their content. */
const anyCode: CodeKeys = {
  prober: known('prober.zip'),
  failover: known('failover.zip'),
  validator: known('validator.zip'),
  witness: known('witness.zip'),
};

/** Every AWS resource of an application, evaluated in process as a first install leaves it. */
export function renderApp(app: MultiRegionApp): RenderedComposite[] {
  return composedApp(app, anyCode).map(({ composite, composition }) => {
    const site = sites.find((each) => 'site' in composite.spec && composite.spec.site === each);
    const failover = site === undefined ? firstSharedFailover() : firstStackFailover(app, site);
    const { resources, withheld } = render(composition, plain({ ...composite, spec: { ...composite.spec, failover } }));
    return {
      name: composite.metadata.name,
      kind: composite.kind,
      resources: [...resources.values()].map((resource) => inNamespace(resource, app.metadata.namespace)),
      awaited: [...new Set(withheld.map(({ missing }) => missing))].sort(),
    };
  });
}

/** Crossplane puts composed resources into the namespace of their composite. */
function inNamespace(resource: JsonObject, namespace: string): JsonObject {
  const metadata = resource.metadata as JsonObject;
  return { ...resource, metadata: { ...metadata, namespace } };
}

function plain(object: object): JsonObject {
  return JSON.parse(JSON.stringify(object)) as JsonObject;
}
