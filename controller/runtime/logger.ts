/** What a line says beside its message; `error` may be any thrown value. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where the runtime tells what it does. pino's loggers fit. Must not throw. */
export interface Logger {
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}
