/** The sessions of the Data API: every value goes as the text that PostgreSQL reads and writes. */
import type { SessionOptions } from "../sessions/database_session.ts";

// Types that the driver would convert on the way in or out (its own table: boolean, bytea, json, dates, numbers, …).
const CONVERTED_TYPES = [16, 17, 20, 21, 23, 25, 26, 114, 700, 701, 1082, 1114, 1184, 3802];
const text = (value: unknown) => String(value);

/** How to connect to `databaseUrl`. */
export function textSession(databaseUrl: string): SessionOptions {
  return {
    databaseUrl,
    settings: { application_name: "postgrest" },
    types: { text: { to: 25, from: CONVERTED_TYPES, serialize: text, parse: text } },
    fetchTypes: false,
  };
}
