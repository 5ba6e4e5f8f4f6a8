/** What kind of thing mends a line of the setup: SQL to run, a command to type, or a place to go to. */

export type RemedyKind = "sql" | "command" | "place";

const SQL = /^(select|create|alter|insert|update|delete|drop|grant|revoke|with)\b/i;
const COMMAND = /^(supabase|npm|npx|node|deno)\s/;

export function remedyKind(repair: string): RemedyKind {
  if (SQL.test(repair)) return "sql";
  return COMMAND.test(repair) ? "command" : "place";
}
