/**
 * The system user that Postgres runs as. Postgres refuses uid 0, so under root it runs as `postgres` if that user
 * exists, else as `nobody`; otherwise as whoever started the stack.
 */
import { run } from "../command.ts";

export interface SystemUser {
  uid?: number;
  gid?: number;
}

/** Returns the ids to start Postgres with; empty when we are not root. */
export async function postgresUser(): Promise<SystemUser> {
  if (Deno.uid() !== 0) return {};
  const accounts = (await Deno.readTextFile("/etc/passwd")).split("\n").map((line) => line.split(":"));
  const account = accounts.find(([name]) => name === "postgres") ??
    accounts.find(([name]) => name === "nobody");
  if (!account) throw new Error("Postgres cannot run as root and neither user postgres nor nobody exists");
  return { uid: Number(account[2]), gid: Number(account[3]) };
}

/** Gives `path` and what is in it to the user that Postgres runs as. */
export async function giveToPostgres(path: string): Promise<void> {
  const { uid, gid } = await postgresUser();
  if (uid !== undefined) await run("chown", ["-R", `${uid}:${gid}`, path]);
}
