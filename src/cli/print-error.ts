import { UnderstudyError } from '../api/errors.ts';
import { colorsFor } from './colors.ts';

const colors = colorsFor(process.stderr);

/**
 * One message with code, place and remedy on standard error. Only what is a defect of ours keeps its stack trace.
 */
export function printError(error: unknown, options: { readonly json: boolean }): void {
  if (!(error instanceof UnderstudyError)) {
    console.error(error);
    return;
  }
  const { code, message, remedy, location } = error;
  if (options.json) {
    const { file, path, line } = location;
    console.error(JSON.stringify({ error: { code, message, remedy, file, path, line } }));
    return;
  }
  if (message.includes('\n')) {
    // Several problems, each with its own place and code.
    console.error(message.includes(remedy) ? message : `${message}\n  ${colors.dim('remedy')}  ${remedy}`);
    return;
  }
  const place = [location.file, location.line, location.path].filter((part) => part !== undefined).join(':');
  console.error(`${colors.red(`error ${code}`)}  ${place === '' ? '' : `${place}  `}${message}`);
  console.error(`  ${colors.dim('remedy')}  ${remedy}`);
}
