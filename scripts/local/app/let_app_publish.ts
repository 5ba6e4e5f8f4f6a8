/** Publishing from the demo app on a stack of this machine: its page may be come back to, and the tools are on. */
import type postgres from "postgres";

/** @param url where the app is */
export async function letAppPublish(sql: postgres.Sql, url: string): Promise<void> {
  await sql`select ops.allow_redirect(${`${url.replace(/\/$/, "")}/*`})`;
  await sql`update public.tools set is_enabled = true where lane = 'publication'`;
}
