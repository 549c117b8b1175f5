import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Turnstile } from '../../../controller/plan-runner/turnstile.ts';

const forever = new AbortController().signal;

/** Lets promises that are settled be heard. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('a turnstile', () => {
  it('lets in by priority, and first come first served within one', async () => {
    const turnstile = new Turnstile(1);
    const inside = await turnstile.enter(0, forever);
    const order: string[] = [];
    const visit = async (name: string, priority: number): Promise<void> => {
      const leave = await turnstile.enter(priority, forever);
      order.push(name);
      leave?.();
    };
    const all = [visit('low', 1), visit('high', 9), visit('also low', 1), visit('highest', 10)];
    inside?.();
    await Promise.all(all);
    expect(order).toEqual(['highest', 'high', 'low', 'also low']);
  });

  it('keeps no place for who has given up waiting', async () => {
    const turnstile = new Turnstile(1);
    const inside = await turnstile.enter(0, forever);
    const impatient = new AbortController();
    const gone = turnstile.enter(9, impatient.signal);
    const patient = turnstile.enter(1, forever);
    impatient.abort();
    expect(await gone).toBeNull();
    inside?.();
    expect(await patient).not.toBeNull();
    expect(await turnstile.enter(0, impatient.signal)).toBeNull();
  });

  it('is never fuller than it may be, and never idle while somebody waits', async () => {
    const visits = fc.array(
      fc.record({ priority: fc.integer({ min: -5, max: 5 }), givesUp: fc.boolean(), leavesTwice: fc.boolean() }),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), visits, async (places, all) => {
        const turnstile = new Turnstile(places);
        const inside: { readonly leave: () => void; readonly twice: boolean }[] = [];
        let waiting = 0;
        for (const { priority, givesUp, leavesTwice } of all) {
          const patience = new AbortController();
          waiting += 1;
          void turnstile.enter(priority, patience.signal).then((leave) => {
            waiting -= 1;
            if (leave !== null) inside.push({ leave, twice: leavesTwice });
          });
          await settle();
          if (givesUp) patience.abort();
          await settle();
          expect(inside.length).toBeLessThanOrEqual(places);
          if (waiting > 0) expect(inside).toHaveLength(places);
          if (priority > 0) {
            const first = inside.shift();
            first?.leave();
            if (first?.twice) first.leave();
            await settle();
          }
        }
        while (inside.length > 0) {
          inside.shift()?.leave();
          await settle();
        }
        expect(waiting).toBe(0);
      }),
      { numRuns: 50 },
    );
  });
});
