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
  testTimeout: 30_000,
};
