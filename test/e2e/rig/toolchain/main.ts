/**
 * Builds whatever of the e2e tier's programs the cache lacks: `node --import tsx test/e2e/rig/toolchain/main.ts`. Run
 * before the tier so that minutes of compiling are not spent inside a test's time limit.
 */
import { tool } from './toolchain.ts';
import { toolNames } from './tools.ts';

try {
  for (const name of toolNames) {
    await tool(name);
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
