/** Publishing from the demo app on a stack of this machine: whoever signs in at a platform may come back to its page. */
import type postgres from "postgres";

/** @param url where the app is */
export async function letAppPublish(sql: postgres.Sql, url: string): Promise<void> {
  await sql`select ops.allow_redirect(${`${url.replace(/\/$/, "")}/*`})`;
}
