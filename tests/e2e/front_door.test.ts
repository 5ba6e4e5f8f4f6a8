import assert from "node:assert/strict";
import { freePort } from "@esteira/local-supabase/ports";
import { eventually, withPlatform } from "@esteira/local-supabase/testing";
import { createClient } from "@supabase/supabase-js";
import { settingsAt, shippedSettings } from "../world/settings.ts";
import { isOpen, leftBy, processesWith, startProgram } from "./program.ts";

const UP = "Ctrl-C stops everything";

Deno.test("npm start stays up, another one goes beside it, and Ctrl-C leaves nothing", async (t) => {
  const demo = startProgram([]);
  await demo.printed(UP);
  const { api, database, simulator, app, console } = demo.ports;
  for (const port of [api, database, simulator, app, console]) assert.ok(await isOpen(port));
  assert.ok((await processesWith(`port=${database}`)).length > 0, "the server's command line names its port");

  const pages = [["demo app", /Open (http:\S+) in a browser/, app], [
    "console",
    /Open (http:\S+) to see/,
    console,
  ]] as const;
  for (const [name, told, port] of pages) {
    await t.step(`it serves the ${name}, which knows its project and user, and no secret`, async () => {
      const url = demo.output().match(told)?.[1] ?? assert.fail(demo.output());
      assert.equal(url, `http://127.0.0.1:${port}`);
      const page = await (await fetch(url)).text();
      const script = page.match(/src="\.\/(assets\/[^"]+\.js)"/)?.[1] ?? assert.fail(page);
      const project = await (await fetch(`${url}/project.json`)).json();
      assert.equal(project.url, `http://127.0.0.1:${api}`);
      assert.deepEqual(Object.keys(project).sort(), ["demoUser", "publishableKey", "url"]);
      const client = createClient(project.url, project.publishableKey, { auth: { persistSession: false } });
      const { error } = await client.auth.signInWithPassword(project.demoUser);
      assert.equal(error, null);
      const secret = demo.output().match(/Secret +(\S+)/)?.[1] ?? assert.fail(demo.output());
      for (const text of [page, JSON.stringify(project), await (await fetch(`${url}/${script}`)).text()]) {
        assert.ok(!text.includes(secret));
      }
    });
  }

  await t.step("on the same ports a second one says which variables to set", async () => {
    const same = {
      ESTEIRA_API_PORT: String(api),
      ESTEIRA_DB_PORT: String(database),
      ESTEIRA_SIMULATOR_PORT: String(simulator),
      ESTEIRA_APP_PORT: String(app),
      ESTEIRA_CONSOLE_PORT: String(console),
    };
    const second = startProgram([], same);
    assert.equal((await second.ended()).code, 1);
    for (const [variable, port] of Object.entries(same)) {
      assert.match(second.output(), new RegExp(`Port ${port} \\(.*, ${variable}\\) is in use`));
    }
  });

  await t.step("on other ports --once shows every step, exits with 0 and leaves nothing", async () => {
    const once = startProgram(["--once"]);
    assert.equal((await once.ended()).code, 0, once.output());
    for (const label of ["Enviando imagem...", "Processando com IA...", "Finalizando...", "Concluído!"]) {
      assert.ok(once.output().includes(label), once.output());
    }
    assert.deepEqual(await leftBy(once), []);
  });

  await t.step("the demo has put back what it changed", async () => {
    assert.deepEqual(
      await settingsAt(`postgresql://postgres@127.0.0.1:${database}/postgres`),
      await shippedSettings(),
    );
  });

  demo.child.kill("SIGINT");
  assert.equal((await demo.ended()).code, 130);
  assert.deepEqual(await leftBy(demo), []);
});

for (
  const [moment, text] of [
    ["while it boots", "Starting Esteira"],
    ["during the upscale", "What the screen learns"],
    ["during the scenes", "an image at KIE"],
  ] as const
) {
  Deno.test(`Ctrl-C ${moment}, and once more, leaves nothing`, async () => {
    const demo = startProgram([]);
    await demo.printed(text);
    demo.child.kill("SIGINT");
    await demo.printed("Stopping");
    demo.child.kill("SIGINT");
    assert.equal((await demo.ended()).code, 130, demo.output());
    assert.deepEqual(await leftBy(demo), []);
    assert.doesNotMatch(demo.output(), /failed|Error/);
  });
}

Deno.test("a stack that is killed takes its processes with it, and the next one its files", async () => {
  const demo = startProgram([]);
  await demo.printed("What the screen learns");
  demo.child.kill("SIGKILL");
  await demo.ended();
  await eventually(async () => !(await isOpen(demo.ports.database)) || undefined, {
    what: "Postgres to be gone",
  });
  await eventually(
    async () => (await processesWith(`port=${demo.ports.database}`)).length === 0 || undefined,
    {
      what: "its processes to be gone",
    },
  );
  await withPlatform(() => Promise.resolve()); // any other stack
  assert.deepEqual(await leftBy(demo), []);
});

Deno.test("what a variable says of a port must be a port: a clear message and a non-zero exit", async () => {
  const demo = startProgram(["--once"], {
    ESTEIRA_API_PORT: "http",
    ESTEIRA_DB_PORT: "54331",
    ESTEIRA_SIMULATOR_PORT: "",
  });
  assert.equal((await demo.ended()).code, 1);
  assert.match(demo.output(), /ESTEIRA_API_PORT must be a whole number from 1 to 65535, not "http"\./);
  assert.match(
    demo.output(),
    /ESTEIRA_DB_PORT \(54331\) and ESTEIRA_SIMULATOR_PORT \(54330 to 54342\) must not meet\./,
  );
});

Deno.test("npm run stack has the same ports, but for the simulators'", async () => {
  const taken = [freePort(), freePort()];
  const listeners = taken.map((port) => Deno.listen({ hostname: "127.0.0.1", port }));
  const [api, simulator] = taken.map(String);
  const stack = startProgram(
    [],
    { ESTEIRA_API_PORT: api!, ESTEIRA_SIMULATOR_PORT: simulator! },
    "scripts/local/stack.ts",
  );
  assert.equal((await stack.ended()).code, 1);
  assert.match(
    stack.output(),
    new RegExp(`^Port ${api} \\(API, ESTEIRA_API_PORT\\) is in use\\.\nStop what`),
  );
  for (const listener of listeners) listener.close();
});

Deno.test("a cache that cannot be used is a clear message and a non-zero exit", async () => {
  const demo = startProgram(["--once"], { ESTEIRA_CACHE: "/dev/null/cache" });
  assert.equal((await demo.ended()).code, 1);
  assert.match(demo.output(), /The cache directory \/dev\/null\/cache cannot be used/);
});
