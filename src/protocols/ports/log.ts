/** Where lines for operators go. Fields first, then one short sentence; never a token, and no query, which may hold one. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Writes nothing. */
export const noLog: Log = { debug: () => {}, info: () => {}, error: () => {} };
