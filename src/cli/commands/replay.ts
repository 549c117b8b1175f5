import { readFile } from 'node:fs/promises';
import type { CommandModule } from 'yargs';
import { UnderstudyError } from '../../api/errors.ts';
import { type JournalExport, journalExportSchema } from '../../failover/journal-export.ts';
import { planOf } from '../../failover/plan.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatReplay, replayReport } from '../replay/replay-report.ts';

interface ReplayArguments {
  readonly file: string;
  readonly json: boolean;
}

/** `understudy replay FILE`: what today's engine makes of operations that were. */
export function replayCommand(setExitCode: (code: number) => void): CommandModule<object, ReplayArguments> {
  return {
    command: 'replay <file>',
    describe: "Run a journal's finished operations through today's engine, and show where it would decide otherwise",
    builder: (command) =>
      command
        .positional('file', { describe: 'Journal as exported, JSON', type: 'string', demandOption: true })
        .option('json', { describe: 'Print the result as JSON, and nothing else', type: 'boolean', default: false })
        .example('$0 demo --export journal.json && $0 replay journal.json', 'An incident on this machine, once more')
        .epilogue('Exit code 0: the engine would have done the same everywhere. 1: it would not.'),
    handler: async ({ file, json }) => {
      const { plan, history } = await readExport(file);
      const report = replayReport(planOf(plan), history);
      console.log(json ? JSON.stringify(report, null, 2) : formatReplay(report));
      const same = report.operations.every(({ differences }) => differences.length === 0);
      setExitCode(same ? exitCodes.success : exitCodes.failure);
    },
  };
}

/** @throws UnderstudyError US1093 */
async function readExport(file: string): Promise<JournalExport> {
  const parsed = journalExportSchema.safeParse(await readJson(file));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UnderstudyError(
    'US1093',
    `${file}: ${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'unreadable'}`,
  );
}

async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new UnderstudyError('US1093', `${file} cannot be read`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UnderstudyError('US1093', `${file} is not JSON`, { cause });
  }
}
