import { describe, expect, it } from '@jest/globals';
import type { PlanObject } from '../../src/cli/cluster/objects.ts';
import type { Seen, UnfenceEvidence } from '../../src/cli/operator/unfence-evidence.ts';
import { checkUnfence } from '../../src/cli/operator/unfence-verdict.ts';
import { firstJournal, type Journal } from '../../src/failover/journal.ts';

const plan = { metadata: { name: 'trading' } } as PlanObject;
const calm = firstJournal('trading', 'Automatic', false);
const dark = { dark: true, why: 'no answer in time' } as const;
const sees = <Value>(value: Value): Seen<Value> => ({ dark: false, value });

function checked(primary: Seen<Journal | null>, secondary: Seen<Journal | null>, more: Partial<UnfenceEvidence> = {}) {
  const evidence: UnfenceEvidence = {
    journals: { primary, secondary },
    marker: { where: 'standby', isThere: dark },
    witness: { where: 'witness', isThere: sees(false) },
    fence: { state: 'NotDone', detail: 'fenced' },
    ...more,
  };
  return () => checkUnfence(plan, 'primary', evidence, []);
}

describe('whether a site may have everything back', () => {
  it('is not asked of a document that has moved to a table that is dark', () => {
    expect(checked(sees({ ...calm, home: 'secondary' }), dark)).not.toThrow();
  });

  it('is asked of the live document, wherever that is', () => {
    expect(checked(sees({ ...calm, home: 'primary' }), dark)).toThrow('no operation runs');
    expect(checked(sees({ ...calm, home: 'secondary' }), sees({ ...calm, home: 'secondary' }))).toThrow(/answers/);
  });

  it('is asked of the later one while a document is between two tables that both answer', () => {
    const older = { ...calm, home: 'secondary', version: 3 } as const;
    const later = { ...calm, home: 'primary', version: 4, activation: { term: 2, active: 'secondary' } } as const;
    expect(checked(sees(older), sees(later))).toThrow('by the journal secondary is active');
  });

  it('is left open where a takeover could not be seen', () => {
    expect(checked(sees(null), dark, { witness: { where: 'witness', isThere: dark } })).toThrow(/cannot be read/);
    expect(checked(sees(null), dark, { witness: null })).toThrow('standby cannot be read');
    expect(checked(sees(null), dark, { witness: null, marker: { where: 'it', isThere: sees(false) } })).not.toThrow();
  });
});
