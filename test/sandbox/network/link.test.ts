import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CarryingLink, LinkResetError } from '../../../src/sandbox/network/link.ts';

const never = new AbortController().signal;

describe('a link', () => {
  it('hands out each fault as often as it was asked to, and then none', () => {
    fc.assert(
      fc.property(fc.nat(5), fc.nat(5), fc.nat(5), (drops, losses, duplicates) => {
        const link = new CarryingLink('a', 'b');
        link.drop(drops);
        link.loseReplies(losses);
        link.duplicate(duplicates);
        const taken = Array.from({ length: drops + losses + duplicates }, () => link.takeRequestFault());
        expect(taken.filter((fault) => fault === 'drop')).toHaveLength(drops);
        expect(taken.filter((fault) => fault === 'lose-reply')).toHaveLength(losses);
        expect(taken.filter((fault) => fault === 'duplicate')).toHaveLength(duplicates);
        expect(link.takeRequestFault()).toBeNull();
      }),
    );
  });

  it('lets messages cross while it is open', async () => {
    await expect(new CarryingLink('a', 'b').cross(never)).resolves.toBeUndefined();
  });

  it('refuses messages when it is cut with reset', async () => {
    const link = new CarryingLink('a', 'b');
    link.cut('reset');
    await expect(link.cross(never)).rejects.toThrow(LinkResetError);
  });

  it('holds messages in a blackhole until it is healed', async () => {
    const link = new CarryingLink('a', 'b');
    link.cut('blackhole');
    let crossed = false;
    const crossing = link.cross(never).then(() => {
      crossed = true;
    });
    link.delay(1);
    await new Promise(setImmediate);
    expect(crossed).toBe(false);
    link.heal();
    await crossing;
    expect(crossed).toBe(true);
  });

  it('resets what waits in a blackhole when the cut becomes a reset', async () => {
    const link = new CarryingLink('a', 'b');
    link.cut('blackhole');
    const crossing = link.cross(never);
    link.cut('reset');
    await expect(crossing).rejects.toThrow(LinkResetError);
  });

  it('gives up on a message whose sender has gone', async () => {
    const link = new CarryingLink('a', 'b');
    link.cut('blackhole');
    const sender = new AbortController();
    const crossing = link.cross(sender.signal);
    sender.abort();
    await expect(crossing).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('forgets every fault when healed', () => {
    const link = new CarryingLink('a', 'b');
    link.cut('blackhole');
    link.delay(500);
    link.drop(3);
    link.heal();
    expect([link.state, link.delayMs, link.takeRequestFault()]).toEqual(['open', 0, null]);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a delay of %p', (ms) => {
    expect(() => new CarryingLink('a', 'b').delay(ms)).toThrow(RangeError);
  });
});
