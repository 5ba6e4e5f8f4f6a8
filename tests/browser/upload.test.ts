/** A large file, in a real browser: by XMLHttpRequest, in pieces, past a reload. */
import { eventually } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import { browserTest } from "./in_browser.ts";
import { enterAs, isLive } from "./sign_in.ts";

const MIB = 1024 * 1024;
/** So slow that there is time to reload between the first piece and the last. */
const SLOW = 4 * MIB;

browserTest("an upload that a reload cuts goes on where it was", async (world) => {
  const file = await Deno.makeTempFile({ suffix: ".mp4" });
  await Deno.writeFile(file, new Uint8Array(14 * MIB).fill(7));
  try {
    const { tab } = await enterAs(world.browser, world.url, await world.person(), { path: "#/video" });
    const { page } = tab;
    const input = page.locator(".esteira-dropzone input[type=file]");
    const requests: string[] = [];
    const note = (method: string, address: string, offset = "") => {
      if (/\/jobs\/uploads|\/upload\/resumable/.test(address)) requests.push(`${method} ${offset}`.trim());
    };
    page.on(
      "request",
      (request) => note(request.method(), request.url(), request.headers()["upload-offset"]),
    );
    await isLive(page);
    await tab.throttle(SLOW);
    await input.setInputFiles(file);
    await eventually(() => Promise.resolve(requests.includes(`PATCH ${6 * MIB}`) || undefined), {
      what: "the second piece",
      timeoutMs: 60_000,
    });
    await page.reload();
    assert.equal((await kept(page)).length, 1, "where it goes is remembered");

    requests.length = 0;
    await tab.throttle(0);
    await isLive(page);
    await input.setInputFiles(file);
    await page.locator(".file-chosen video").waitFor();
    const [first = "", second = ""] = requests.filter((request) => request !== "OPTIONS");
    assert.equal(first, "HEAD");
    assert.ok(Number(second.replace("PATCH ", "")) >= 6 * MIB, `it went on with ${second}`);
    assert.ok(!requests.includes("POST"), requests.join());
    assert.deepEqual(await kept(page), [], "and is forgotten when it is there");
    const [stored, ...others] = await world.environment.sql`
      select metadata->>'size' as size from storage.objects where bucket_id = 'inputs'`;
    assert.deepEqual([stored?.size, others.length], [String(14 * MIB), 0]);
  } finally {
    await Deno.remove(file);
  }
});

/** What the page remembers of uploads. */
function kept(page: { evaluate<R>(run: () => R): Promise<R> }): Promise<string[]> {
  return page.evaluate(() =>
    Object.keys(Reflect.get(globalThis, "localStorage")).filter((key) => key.startsWith("esteira.upload."))
  );
}
