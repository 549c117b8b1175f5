import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** A JSON document on disk, replaced by rename, so that a kill at any moment leaves the old one or the new one. */
export class StateFile<State> {
  readonly #file: string;
  #writes: Promise<void> = Promise.resolve();
  #count = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** @returns what was written last, or `undefined` if nothing ever was. */
  async read(): Promise<State | undefined> {
    try {
      return JSON.parse(await readFile(this.#file, 'utf8')) as State;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Writes in the order of the calls. */
  async write(state: State): Promise<void> {
    const text = JSON.stringify(state, undefined, 2);
    this.#count += 1;
    const suffix = String(this.#count);
    this.#writes = this.#writes.catch(() => {}).then(() => replaceFile(this.#file, text, suffix));
    await this.#writes;
  }
}

/** Writes a file so that readers see the old content or the new one, never a part. */
export async function replaceFile(file: string, content: string | Buffer, suffix: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}-${suffix}.tmp`;
  await writeFile(temporary, content);
  await rename(temporary, file);
}
