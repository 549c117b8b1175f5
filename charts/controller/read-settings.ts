import { LineCounter, parseDocument } from 'yaml';
import { problemsOfIssues } from '../../src/api/issue-to-problem.ts';
import { type FieldProblem, type Problem, problemOf } from '../../src/api/problems.ts';
import { readFiles } from '../../src/api/read-files.ts';
import { sourceMapOf } from '../../src/api/source-map.ts';
import { type ControllerSettings, controllerSettingsSchema } from './settings.ts';

/** Settings, and everything that is wrong with them. */
export interface ReadSettings {
  /** Absent if anything is wrong. */
  readonly settings?: ControllerSettings;
  readonly problems: readonly Problem[];
}

/**
 * Reads the controller's settings from a YAML file.
 *
 * @param path without one, every setting has its default.
 */
export async function readControllerSettings(path: string | undefined): Promise<ReadSettings> {
  if (path === undefined) {
    return { settings: controllerSettingsSchema.parse({}), problems: [] };
  }
  const { files, problems } = await readFiles([path]);
  const [file] = files;
  return file === undefined ? { problems } : parseSettings(file.path, file.text);
}

function parseSettings(path: string, text: string): ReadSettings {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    return {
      problems: document.errors.map(({ message, pos }) =>
        problemOf(
          { code: 'US1002', severity: 'error', path: [], message: message.split(' at line ')[0] ?? message },
          path,
          lines.linePos(pos[0]).line,
        ),
      ),
    };
  }
  // A file with comments alone asks for nothing in particular.
  const parsed = controllerSettingsSchema.safeParse(document.toJS() ?? {}, { reportInput: true });
  if (parsed.success) {
    return { settings: parsed.data, problems: [] };
  }
  const map = sourceMapOf(document.contents, lines);
  const located = (problem: FieldProblem) => problemOf(problem, path, map.lineOf(problem.path));
  return { problems: problemsOfIssues(controllerSettingsSchema, parsed.error.issues).map(located) };
}
