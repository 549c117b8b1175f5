import { composedApp } from '../../charts/composed-app.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import type { Site } from '../../src/api/site.ts';
import { firstSharedFailover, firstStackFailover } from '../../src/cli/render/first-install.ts';
import type { Json, JsonObject } from '../../src/render/json.ts';
import { render } from '../../src/render/render.ts';

const code = { prober: 'prober.zip', failover: 'failover.zip', validator: 'validator.zip', witness: 'witness.zip' };

/**
 * The status of a composite once everything is there: each resource's `atProvider` answers every field with
 * `<field> of <resource>`.
 */
export function observedStatus(app: MultiRegionApp, place: Site | 'global'): Json | undefined {
  const found = composedApp(app, code).find(
    ({ composite }) => composite.metadata.name === `${app.metadata.name}-${place}`,
  );
  if (found === undefined) {
    throw new Error(`there is no ${place}`);
  }
  const failover = place === 'global' ? firstSharedFailover() : firstStackFailover(app, place);
  const xr = JSON.parse(
    JSON.stringify({ ...found.composite, spec: { ...found.composite.spec, failover } }),
  ) as JsonObject;
  const { resources } = render(found.composition, xr);
  const observed = new Map(
    [...resources].map(([name, resource]) => [name, { ...resource, status: { atProvider: answers(name) } }]),
  );
  return render(found.composition, xr, observed).composite.status;
}

function answers(resource: string): JsonObject {
  const said = (field: string) => `${field} of ${resource}`;
  const fields = ['id', 'arn', 'dnsName', 'zoneId', 'address', 'identifier', 'status', 'streamArn', 'name', 'bucket'];
  return {
    ...Object.fromEntries(fields.map((field) => [field, said(field)])),
    nameServers: [said('nameServers')],
    replica: [{ arn: said('replica.arn'), streamArn: said('replica.streamArn') }],
  };
}
