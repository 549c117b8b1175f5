import { describe, expect, it } from '@jest/globals';
import { lookAt, whyOf } from '../../../src/aws/readiness/look-at.ts';
import { PortError } from '../../../src/failover/port-error.ts';
import { known, unknown } from '../../../src/failover/readiness/fact.ts';

describe('lookAt', () => {
  it('knows what was read', async () => {
    expect(await lookAt(1_000, async () => 7)).toEqual(known(7));
  });

  it('makes whatever goes wrong a fact that cannot be told', async () => {
    const failing = [
      async () => Promise.reject(new PortError('Refused', 'AccessDenied', 'not you')),
      async () => Promise.reject('a text'),
      () => {
        throw new TypeError('a defect');
      },
    ];
    const facts = await Promise.all(failing.map((read) => lookAt(1_000, read)));
    expect(facts).toEqual([unknown('AccessDenied: not you'), unknown('a text'), unknown('a defect')]);
  });

  it('gives the read a limit', async () => {
    const fact = await lookAt(
      10,
      (limit) =>
        new Promise((_resolve, reject) => {
          // AbortSignal.timeout alone keeps no process alive.
          const alive = setInterval(() => {}, 1_000);
          limit.addEventListener('abort', () => {
            clearInterval(alive);
            reject(new Error('it ended'));
          });
        }),
    );
    expect(fact).toEqual(unknown('it ended'));
  });
});

describe('whyOf', () => {
  it('is one line, and leaves out what is never the same twice', () => {
    const message = 'You are not\n authorized. Encoded authorization failure message: h2x9…';
    expect(whyOf(new PortError('Refused', 'UnauthorizedOperation', message))).toBe(
      'UnauthorizedOperation: You are not authorized.',
    );
  });

  it('names the code once', () => {
    expect(whyOf(new PortError('Refused', 'NoSuchBucket', 'NoSuchBucket'))).toBe('NoSuchBucket');
  });

  it('ends somewhere', () => {
    expect(whyOf(new Error('x'.repeat(5_000)))).toHaveLength(300);
  });
});
