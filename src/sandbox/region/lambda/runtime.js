/**
 * What runs a function in its container, as Lambda's Node.js runtime does: it loads index.mjs once, and calls its handler
 * for each invocation. Plain JavaScript, so that a function starts as fast as Node does.
 *
 * Arguments: the folder of the code. Messages in: `{ id, event, context, deadlineMs }`. Messages out: `Ready`,
 * `NotReady`, and for each invocation `Returned` or `Threw`.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
 */

import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

process.on('disconnect', () => process.exit());
// Ctrl-C reaches the whole foreground group; the region ends its containers itself.
process.on('SIGINT', () => {});

const [, , folder] = process.argv;
try {
  const { handler } = await import(pathToFileURL(path.join(folder, 'index.mjs')).href);
  if (typeof handler !== 'function') throw new Error('index.handler is undefined or not exported');
  process.on('message', (invocation) => void run(handler, invocation));
  process.send({ type: 'Ready' });
} catch (error) {
  process.send({ type: 'NotReady', error: shown(error) });
}

async function run(handler, { id, event, context, deadlineMs }) {
  const getRemainingTimeInMillis = () => Math.max(0, deadlineMs - Date.now());
  try {
    const result = await handler(event, { ...context, callbackWaitsForEmptyEventLoop: true, getRemainingTimeInMillis });
    process.send({ type: 'Returned', id, payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    process.send({ type: 'Threw', id, error: shown(error) });
  }
}

/** What Lambda tells of an error that a handler threw. */
function shown(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}
