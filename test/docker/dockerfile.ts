/** One instruction of a Dockerfile, with its continuation lines joined. */
export interface Instruction {
  readonly name: string;
  readonly value: string;
}

/** What lies between two `FROM`s. */
export interface Stage {
  readonly image: string;
  /** What other stages call it. */
  readonly alias?: string;
  /** All but the `FROM`. */
  readonly instructions: readonly Instruction[];
}

/** The instructions of a Dockerfile by stage. Comments, heredocs and `ARG`s before the first stage are not kept. */
export function stagesOf(text: string): Stage[] {
  const stages: { image: string; alias?: string; instructions: Instruction[] }[] = [];
  for (const { name, value } of instructionsOf(text)) {
    if (name === 'FROM') {
      const { image = '', alias } = /^(?:--\S+\s+)*(?<image>\S+)(?:\s+AS\s+(?<alias>\S+))?$/i.exec(value)?.groups ?? {};
      stages.push({ image, ...(alias === undefined ? {} : { alias }), instructions: [] });
    } else {
      stages.at(-1)?.instructions.push({ name, value });
    }
  }
  return stages;
}

function instructionsOf(text: string): Instruction[] {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = '', ...rest] = line.trim().split(/\s+/);
      return { name: name.toUpperCase(), value: rest.join(' ') };
    });
}
