/**
 * The default tier (`npm test`): Node only, no network but loopback. Types are not checked here: ts-jest with NodeNext
 * transpiles only, `npm run check:types` is its own gate.
 *
 * @type {import('jest').Config}
 */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['<rootDir>/test/e2e/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['ts-jest', { useESM: true, diagnostics: false }],
  },
  // Two cores are two workers: much of the time is spent waiting for PostgreSQL and for time-outs.
  maxWorkers: '100%',
  // Modules of a suite that has ended are not all given back: a worker that ran a hundred of them was seen at two
  // gigabytes. One that has grown is replaced between two suites.
  workerIdleMemoryLimit: '512MB',
  testTimeout: 120_000,
};
