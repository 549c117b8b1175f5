import { describe, expect, it } from '@jest/globals';
import { settingsOf } from '../../lambda/runtime/settings.ts';
import { defaultTiming } from '../../src/failover/timing.ts';

const least = { AWS_REGION: 'us-west-2', UNDERSTUDY_PARAMETERS: '/trading/dev' };

describe('the environment of a function', () => {
  it('needs no more than where it is', () => {
    expect(settingsOf(least)).toEqual({
      region: 'us-west-2',
      site: null,
      parameterPrefix: '/trading/dev',
      lookMs: 50_000,
      timing: defaultTiming,
      databaseAuthorities: { file: '/var/runtime/ca-cert.pem' },
      dnsServer: undefined,
    });
  });

  it('sets what it names', () => {
    const settings = settingsOf({
      ...least,
      UNDERSTUDY_SITE: 'primary',
      UNDERSTUDY_LOOK_SECONDS: '0.5',
      UNDERSTUDY_TIMING: '{"leaseMs":3000}',
      UNDERSTUDY_DATABASE_CA: 'none',
    });
    expect(settings).toMatchObject({ site: 'primary', lookMs: 500, databaseAuthorities: null });
    expect(settings.timing).toEqual({ ...defaultTiming, leaseMs: 3000 });
  });

  it.each([
    ['AWS_REGION', ''],
    ['UNDERSTUDY_PARAMETERS', ''],
    ['UNDERSTUDY_SITE', 'tertiary'],
    ['UNDERSTUDY_LOOK_SECONDS', '-1'],
    ['UNDERSTUDY_LOOK_SECONDS', 'long'],
    ['UNDERSTUDY_TIMING', '{'],
  ])('is refused where %s is "%s"', (name, value) => {
    expect(() => settingsOf({ ...least, [name]: value })).toThrow(new RegExp(name));
  });
});
