import assert from "node:assert/strict";
import { type Checked, hasCome, visit } from "../visit.ts";

/** Those that follow what happens, each by other calls. */
const FOLLOWING = ["/", "/jobs", "/publications", "/alerts", "/realtime"] as const;
/** Longer than any screen waits between two looks. */
const QUIET_MS = 11_000;

export async function pausedUpdatesAskNothing(checked: Checked): Promise<void> {
  const { sql } = checked;
  const { context, page, close } = await visit(checked, "admin", { path: FOLLOWING[0] });
  const asked: string[] = [];
  // A second page of the same profile would not share the switch: each of these is a page of its own.
  const pages = [page, ...await Promise.all(FOLLOWING.slice(1).map(() => context.newPage()))];
  await Promise.all(pages.map(async (each, n) => {
    if (n > 0) await each.goto(`${checked.url}/#${FOLLOWING[n]}`);
    await hasCome(each);
    await each.locator(".top-bar button[aria-pressed]").click();
    await each.locator(".top-bar button[aria-pressed=true]").waitFor();
    await each.waitForLoadState("networkidle");
    each.on("request", (request) => {
      if (request.url().includes("/rest/v1/")) {
        asked.push(`${FOLLOWING[n]}: ${request.url().split("/").at(-1)}`);
      }
    });
  }));
  // What would have them look: jobs that move, a window that comes back to the front, time.
  await sql`
    update public.jobs set priority = priority + 1
    where id in (select id from public.jobs where status = 'pending' limit 5)`;
  for (const each of pages) {
    await each.bringToFront();
    await each.evaluate(
      `{ dispatchEvent(new Event("focus")); document.dispatchEvent(new Event("visibilitychange")); }`,
    );
    await each.evaluate(`dispatchEvent(new Event("online"))`);
  }
  await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  assert.deepEqual(asked, []);

  const first = pages[0]!;
  await first.bringToFront();
  await Promise.all([
    first.waitForRequest(/\/rest\/v1\/rpc\//),
    first.locator(".top-bar button[aria-pressed]").click(),
  ]);
  await close();
}
