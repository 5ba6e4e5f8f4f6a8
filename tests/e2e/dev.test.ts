import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { jobResponse } from "../../shared/requests/requests.ts";
import { ROOT } from "../../scripts/paths.ts";
import { settingsAt, shippedSettings } from "../world/settings.ts";
import { leftBy, startProgram } from "./program.ts";

Deno.test("npm run dev starts a world as it is shipped, with a user who has credits", async (t) => {
  const dev = startProgram([], {}, "scripts/local/dev.ts");
  await dev.printed("Ctrl-C stops everything");
  const shown = (pattern: RegExp) => dev.output().match(pattern)?.slice(1) ?? assert.fail(dev.output());
  const [email, password, credits] = shown(/User +(\S+), password "(.+)", (\d+) credits/);
  const [url] = shown(/API +(\S+)/);
  const [key] = shown(/Publishable +(\S+)/);
  const [databaseUrl] = shown(/Database +(\S+)/);
  const client = createClient(url!, key!, { auth: { persistSession: false, autoRefreshToken: false } });

  await t.step("schedules, lanes, tools and accounts are those that are shipped", async () => {
    const settings = await settingsAt(databaseUrl!);
    assert.deepEqual(settings, await shippedSettings());
    assert.ok(settings.schedules?.some((row) => JSON.stringify(row).includes('"schedule":"10 seconds"')));
  });

  await t.step("the demo app is served beside it", async () => {
    const [address] = shown(/Open (http:\S+) in a browser/);
    assert.match(await (await fetch(address!)).text(), /<div id="root">/);
    assert.equal((await (await fetch(`${address}/project.json`)).json()).demoUser.email, email);
  });

  await t.step("the user signs in with what was printed, and has the credits", async () => {
    const { error } = await client.auth.signInWithPassword({ email: email!, password: password! });
    assert.equal(error, null);
    const { data } = await client.from("credit_accounts").select("balance").single();
    assert.equal(data?.balance, Number(credits));
  });

  const hasCurl = (await new Deno.Command("sh", { args: ["-c", "command -v curl"] }).output()).success;
  await t.step({
    name: "the calls that were printed can be pasted into a shell",
    ignore: !hasCurl,
    async fn() {
      const commands = dev.output().split("Try it:")[1]?.split("Every start")[0] ?? "";
      const script = commands.split("\n").filter((line) => !/^ *psql |first_job/.test(line)).join("\n");
      const { stdout, stderr } = await new Deno.Command("sh", { args: ["-ec", script], cwd: ROOT }).output();
      const output = new TextDecoder().decode(stdout);
      assert.match(output, /50 credits granted to dev@example\.com/, new TextDecoder().decode(stderr));
      const job = output.match(/\{"job":.*\}/)?.[0] ?? assert.fail(output);
      assert.deepEqual(jobResponse.parse(JSON.parse(job)).job.lane, "kie");
    },
  });

  dev.child.kill("SIGINT");
  assert.equal((await dev.ended()).code, 130);
  assert.deepEqual(await leftBy(dev), []);
});
