import { describe, expect, it } from '@jest/globals';
import { wordsOf } from '../../controller/plan-runner/engine-events.ts';
import { planPhaseSchema } from '../../src/api/failover-plan-status.ts';
import { explainedKinds } from '../../src/cli/explain/explained-kinds.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import type { EngineEvent } from '../../src/failover/events.ts';
import { captureConsole } from './captured-console.ts';

const said = captureConsole();

describe('understudy explain', () => {
  it.each([
    ['US3001', /US3001 {2}error\n.*cluster/],
    ['standbybackingup', /StandbyBackingUp {2}finding\n.*Warning/],
    ['nomajority', /NoMajority {2}hold\n.*failure domains[\s\S]*what to do/],
    ['promote', /promote {2}step\n.*PromoteReadReplica/],
    ['Degraded', /Degraded {2}plan phase/],
    ['WaitingForConsent', /WaitingForConsent {2}operation phase[\s\S]*understudy approve/],
  ])('says what %s means and what to do', async (name, says) => {
    expect(await runCli(['explain', name])).toBe(0);
    expect(said.out).toMatch(says);
  });

  it('shows all that a name means', async () => {
    expect(await runCli(['explain', 'FencePending', '--json'])).toBe(0);
    const kinds = (JSON.parse(said.out) as { kind: string }[]).map(({ kind }) => kind);
    expect(kinds).toEqual(['hold', 'condition', 'event']);
  });

  it('names what was meant', async () => {
    expect(await runCli(['explain', 'NoMajorty'])).toBe(1);
    expect(said.err).toContain('US1030');
    expect(said.err).toContain('did you mean NoMajority?');
  });

  it('lists every kind, each name with a sentence', async () => {
    expect(await runCli(['explain'])).toBe(0);
    for (const { kind, entries } of explainedKinds) {
      expect(said.out).toContain(`${kind}  `);
      for (const name of Object.keys(entries)) expect(said.out).toMatch(new RegExp(`\n {2}${name} +\\S.*\\.`));
    }
  });

  it('knows every event that the controller shows', () => {
    const base = { atMs: 0, actor: 'a', plan: 'p', message: 'm', site: 'primary', operationId: 'p#1' } as const;
    const events = [
      ...['Up', 'Suspect', 'Down', 'Unknown'].map((verdict) => ({ kind: 'Verdict', verdict })),
      { kind: 'Hold', reasons: [{ code: 'Manual', message: 'm', clears: 'c' }] },
      ...['OperationStarted', 'OperationTakenOver', 'OperationAborting', 'Call'].map((kind) => ({ kind })),
      ...['Succeeded', 'Aborted'].map((outcome) => ({ kind: 'OperationEnded', outcome })),
      ...['FencePending', 'Fenced', 'UnfencePending', 'Unfenced', 'CleanedUp'].map((kind) => ({ kind })),
    ].map((event) => ({ ...base, ...event }) as unknown as EngineEvent);
    const shown = events.map((event) => wordsOf(event).kubernetes?.reason);
    const known = Object.keys(explainedKinds.find(({ kind }) => kind === 'event')?.entries ?? {});
    expect(known).toEqual(expect.arrayContaining(shown));
    expect(shown).not.toContain(undefined);
  });

  it('knows the phases, of which the controller makes events too', () => {
    const known = Object.keys(explainedKinds.find(({ kind }) => kind === 'plan phase')?.entries ?? {});
    expect(known.sort()).toEqual([...planPhaseSchema.options].sort());
  });
});
