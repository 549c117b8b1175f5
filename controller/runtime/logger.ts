/** What a line says beside its message. `err` is a thrown value, of which pino shows the stack. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where the runtime tells what it does. pino's loggers fit. Must not throw. */
export interface Logger {
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}
