import assert from "node:assert/strict";
import { freePort } from "@esteira/local-supabase/ports";
import { eventually } from "@esteira/local-supabase/testing";
import { ROOT } from "../../scripts/paths.ts";

/** Starts `npm start`'s program on ports of its own. */
function startDemo(args: string[], env: Record<string, string> = {}) {
  const ports = { api: freePort(), database: freePort(), simulator: freePort() };
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "demo/main.ts", ...args],
    cwd: ROOT,
    env: {
      ESTEIRA_API_PORT: String(ports.api),
      ESTEIRA_DB_PORT: String(ports.database),
      ESTEIRA_SIMULATOR_PORT: String(ports.simulator),
      NO_COLOR: "1",
      ...env,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let text = "";
  const read = async (stream: ReadableStream<Uint8Array>) => {
    for await (const part of stream.pipeThrough(new TextDecoderStream())) text += part;
  };
  const reading = Promise.all([read(child.stdout), read(child.stderr)]);
  return { child, ports, output: () => text, ended: async () => (await reading, await child.status) };
}

async function isOpen(port: number): Promise<boolean> {
  return await Deno.connect({ hostname: "127.0.0.1", port }).then(
    (connection) => (connection.close(), true),
    () => false,
  );
}

/** Command lines of the processes that mention `text`; by /proc where there is one, for `ps` may not be installed. */
async function processesWith(text: string): Promise<string[]> {
  return (await commandLines()).filter((line) => line.includes(text));
}

async function commandLines(): Promise<string[]> {
  if (Deno.build.os !== "linux") {
    const { stdout } = await new Deno.Command("ps", { args: ["-eo", "args"] }).output();
    return new TextDecoder().decode(stdout).split("\n");
  }
  const ids = [...Deno.readDirSync("/proc")].map(({ name }) => name).filter((name) => /^\d+$/.test(name));
  // A process may end while it is looked at.
  const lines = await Promise.all(ids.map((id) => Deno.readTextFile(`/proc/${id}/cmdline`).catch(() => "")));
  return lines.map((line) => line.replaceAll("\0", " "));
}

Deno.test("npm start -- --once shows every step and exits with 0", async () => {
  const demo = startDemo(["--once"]);
  assert.equal((await demo.ended()).code, 0, demo.output());
  for (const label of ["Enviando imagem...", "Processando com IA...", "Finalizando...", "Concluído!"]) {
    assert.ok(demo.output().includes(label), demo.output());
  }
});

Deno.test("npm start stays up, and Ctrl-C leaves no process and no port behind", async () => {
  const demo = startDemo([]);
  await eventually(() => demo.output().includes("Ctrl-C stops everything") || undefined, {
    timeoutMs: 120_000,
    what: "the demo to end",
  });
  const { api, database, simulator } = demo.ports;
  assert.ok(await isOpen(api) && await isOpen(database) && await isOpen(simulator));
  assert.ok((await processesWith(`port=${database}`)).length > 0, "the server's command line names its port");

  demo.child.kill("SIGINT");
  await demo.ended();
  assert.deepEqual([await isOpen(api), await isOpen(database), await isOpen(simulator)], [
    false,
    false,
    false,
  ]);
  assert.deepEqual(await processesWith(`port=${database}`), []);
});

Deno.test("a stack that is killed takes its processes with it", async () => {
  const demo = startDemo([]);
  await eventually(() => demo.output().includes("Ctrl-C stops everything") || undefined, {
    timeoutMs: 120_000,
    what: "the demo to end",
  });
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
});

Deno.test("a port in use is a clear message and a non-zero exit", async () => {
  const port = freePort();
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  try {
    for (const name of ["ESTEIRA_API_PORT", "ESTEIRA_DB_PORT", "ESTEIRA_SIMULATOR_PORT"]) {
      const demo = startDemo(["--once"], { [name]: String(port) });
      assert.equal((await demo.ended()).code, 1, name);
      assert.match(demo.output(), new RegExp(`Port ${port} .*is in use`));
    }
  } finally {
    listener.close();
  }
});

Deno.test("a cache that cannot be used is a clear message and a non-zero exit", async () => {
  const demo = startDemo(["--once"], { ESTEIRA_CACHE: "/dev/null/cache" });
  assert.equal((await demo.ended()).code, 1);
  assert.match(demo.output(), /The cache directory \/dev\/null\/cache cannot be used/);
});
