import type { IncomingMessage } from 'node:http';
import { ApiError, type Status } from './api-error.ts';

/** Whether the server did what it was asked. */
export function isSuccess(answer: IncomingMessage): boolean {
  return answer.statusCode !== undefined && answer.statusCode >= 200 && answer.statusCode < 300;
}

/** The whole body. */
export async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** The lines of a body as they come; one that the connection broke off in is none. */
export async function* linesOf(answer: IncomingMessage, onBytes: () => void): AsyncGenerator<string> {
  answer.setEncoding('utf8');
  let rest = '';
  for await (const chunk of answer as AsyncIterable<string>) {
    onBytes();
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line.trim() !== '');
  }
}

/** Why the server did not. */
export function refusalOf(answer: IncomingMessage, text: string): ApiError {
  const status = statusOf(text);
  const header = Number(answer.headers['retry-after']);
  const seconds = Number.isFinite(header) ? header : status.details?.retryAfterSeconds;
  return new ApiError(answer.statusCode ?? 0, status, seconds === undefined ? undefined : seconds * 1000);
}

/** Proxies in between answer in HTML. */
function statusOf(text: string): Status {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}
