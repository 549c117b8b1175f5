import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Ids of all descendants of a process. A signal to its process group would miss some: PostgreSQL's backends are
 * session leaders of their own.
 */
export async function descendantsOf(pid: number): Promise<number[]> {
  // The same on Linux and macOS.
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
  const children = new Map<number, number[]>();
  for (const line of stdout.split('\n')) {
    const [child, parent] = line.trim().split(/\s+/).map(Number);
    if (child === undefined || parent === undefined) continue;
    children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const found: number[] = [];
  const queue = [pid];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const own = children.get(next) ?? [];
    found.push(...own);
    queue.push(...own);
  }
  return found;
}

/**
 * Stops a process and all its descendants where they are (SIGSTOP).
 *
 * @returns their ids: complete, since a stopped process starts no others.
 */
export async function freezeTree(pid: number): Promise<readonly number[]> {
  const frozen = new Set<number>([pid]);
  signal(pid, 'SIGSTOP');
  for (;;) {
    const fresh = (await descendantsOf(pid)).filter((each) => !frozen.has(each));
    if (fresh.length === 0) return [...frozen];
    for (const each of fresh) {
      signal(each, 'SIGSTOP');
      frozen.add(each);
    }
  }
}

/** Ends a process and all its descendants at once (SIGKILL); they are signalled when this returns. */
export async function killTree(pid: number): Promise<void> {
  for (const each of await freezeTree(pid)) signal(each, 'SIGKILL');
}

/** @returns whether there was such a process. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
