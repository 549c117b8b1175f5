import { describe, expect, it } from '@jest/globals';
import { regionalStack } from '../../../compositions/regional-stack/regional-stack.ts';
import { stackObject } from '../../../compositions/regional-stack/stack-object.ts';
import type { StackFailover } from '../../../src/api/regional-stack.ts';
import type { JsonObject } from '../../../src/render/json.ts';
import { render } from '../../../src/render/render.ts';
import { appOf, everything, firstRoles } from './rendered-site.ts';

const withDomain = { domain: { name: 'trading.example.com', zoneName: 'example.com' } };

/** `status.awaits` after Crossplane has applied what it composed, and looked again. */
function awaits(spec: object, failover?: StackFailover): unknown {
  const app = appOf(spec);
  const stack = stackObject(app, 'primary') as unknown as { spec: object };
  const xr = {
    ...stack,
    spec: { ...stack.spec, ...(failover === undefined ? {} : { failover }) },
  } as unknown as JsonObject;
  const composition = regionalStack(app);
  const { resources } = render(composition, xr);
  const { status } = render(composition, xr, resources).composite as { status?: { awaits?: unknown } };
  return status?.awaits;
}

describe('the status of a RegionalStack', () => {
  it('names what is awaited before the controller has written a term', () => {
    expect(awaits(withDomain)).toEqual({
      roles: expect.stringContaining('spec.failover.term'),
      records: expect.stringContaining('spec.failover.switch'),
    });
  });

  it('says that roles wait for nothing once there is a term, while records still do', () => {
    expect(awaits(withDomain, firstRoles.primary)).toEqual({
      roles: 'nothing: term 1',
      records: expect.stringContaining('health checks have settled'),
    });
  });

  it('awaits nothing when everything is there', () => {
    expect(awaits(withDomain, everything)).toEqual({ roles: 'nothing: term 1', records: 'nothing' });
  });

  it('speaks of no records where there is no domain', () => {
    expect(awaits({}, firstRoles.primary)).toEqual({ roles: 'nothing: term 1' });
  });
});
