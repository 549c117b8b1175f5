import { describe, expect, it } from '@jest/globals';
import { findingOf, findingTable } from '../../src/api/findings.ts';

const entries = Object.entries(findingTable);

describe('the table of findings', () => {
  it.each(entries)('%s has a code, a title and sentences in shape', (code, { title, message, why, remedy }) => {
    expect(code).toMatch(/^[A-Z][A-Za-z]+$/);
    expect(title).toMatch(/^\S.*[^.]$/);
    expect(message).toMatch(/^\S.*[^.]$/);
    expect(why).toMatch(/^[A-Z].*\.$/);
    expect(remedy).toMatch(/\S/);
  });

  it.each(entries)('%s asks for actions of IAM', (_code, { asks }) => {
    for (const action of asks) expect(action).toMatch(/^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$/);
  });
});

describe('findingOf', () => {
  it('fills in the message and the remedy, and names the site', () => {
    expect(findingOf('StandbySingleZone', { identifier: 'trading-db', region: 'us-west-2' }, 'secondary')).toEqual({
      code: 'StandbySingleZone',
      severity: 'Warning',
      message: 'trading-db in us-west-2 is not Multi-AZ',
      remedy:
        'aws rds modify-db-instance --region us-west-2 --db-instance-identifier trading-db --multi-az --apply-immediately',
      site: 'secondary',
    });
  });

  it('leaves the site out where it concerns both', () => {
    expect(findingOf('NoWitness', {})).not.toHaveProperty('site');
  });

  it('takes values as they are, braces and dollars included', () => {
    const { message } = findingOf('CannotTell', { what: '{reason}', reason: '$& $1' });
    expect(message).toBe('cannot tell {reason}: $& $1');
  });
});
