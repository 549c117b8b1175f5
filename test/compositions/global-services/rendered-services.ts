import { globalServices } from '../../../compositions/global-services/global-services.ts';
import { servicesObject } from '../../../compositions/global-services/services-object.ts';
import type { SharedFailover } from '../../../src/api/global-services.ts';
import type { MultiRegionApp } from '../../../src/api/multi-region-app.ts';
import type { JsonObject } from '../../../src/render/json.ts';
import { render } from '../../../src/render/render.ts';
import type { Observed, Rendered } from '../../../src/render/render-resources.ts';
import { code } from '../regional-stack/rendered-site.ts';

/** What the controller writes once both sites are there and the primary is active. */
export const firstShared: SharedFailover = {
  watched: 'primary',
  endpointChecks: { primary: 'check-p', secondary: 'check-s' },
};

/** What is composed for what the sites of an application share. */
export function renderShared(
  app: MultiRegionApp,
  failover: SharedFailover | null = firstShared,
  observed?: Observed,
): Rendered {
  const composition = globalServices(app);
  if (composition === undefined) {
    throw new Error('the sites share nothing');
  }
  const { spec, ...services } = servicesObject(app, code.witness);
  const composite = { ...services, spec: { ...spec, ...(failover === null ? {} : { failover }) } };
  return render(composition, JSON.parse(JSON.stringify(composite)) as JsonObject, observed);
}
