import type { FunctionProgram } from '../rig/crossplane.ts';

/** As docs/guides/first-application.md sets it: by default a first install of a site is too many events at once. */
export const circuitBreaker: readonly string[] = ['--circuit-breaker-burst=2000', '--circuit-breaker-refill-rate=10'];

/** `src/render` in the place of the function that cannot be had as a Go module. */
export const patchAndTransform: FunctionProgram = {
  name: 'function-patch-and-transform',
  command: ({ port, certificatesFolder }) => ({
    command: process.execPath,
    args: ['--import', 'tsx', 'src/render/serve.ts', '--port', String(port), '--tls-certs-dir', certificatesFolder],
  }),
};
