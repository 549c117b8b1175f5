import { describe, expect, it } from '@jest/globals';
import { settingsOf } from '../../controller/settings.ts';
import { rdsAuthorities } from '../../src/aws/rds-authorities.ts';

describe('the environment of the controller', () => {
  it('checks databases against the authorities of RDS, those of a file, or none', () => {
    const vouching = (UNDERSTUDY_DATABASE_CA?: string) =>
      settingsOf(UNDERSTUDY_DATABASE_CA === undefined ? {} : { UNDERSTUDY_DATABASE_CA }).databaseAuthorities;
    expect(vouching()).toEqual({ certificates: rdsAuthorities });
    expect(vouching('')).toEqual({ certificates: rdsAuthorities });
    expect(vouching('/etc/ca.pem')).toEqual({ file: '/etc/ca.pem' });
    expect(vouching('none')).toBeNull();
  });

  it('is refused where its intervals are no JSON', () => {
    expect(() => settingsOf({ UNDERSTUDY_TIMING: '{' })).toThrow(/UNDERSTUDY_TIMING/);
  });
});
