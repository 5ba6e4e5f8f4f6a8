import assert from "node:assert/strict";
import { freePorts } from "@esteira/local-supabase/ports";
import { readProject } from "@esteira/local-supabase/project";
import { SUPABASE } from "../paths.ts";
import {
  assertPortsFree,
  InvalidPorts,
  onFreePorts,
  PORT_RANGES,
  type Ports,
  PortsTaken,
  readPorts,
} from "./ports.ts";

const read = (values: Record<string, string>) => readPorts((variable) => values[variable]);
/** Drawn together: ranges that are drawn one by one may lie in one another. */
const somewhere = (): Ports => {
  const first = freePorts(17);
  return { api: first, database: first + 1, simulators: first + 2, app: first + 15, console: first + 16 };
};

/** Listens on a port for as long as `body` takes. */
async function taken(port: number, body: () => Promise<void> | void) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  try {
    await body();
  } finally {
    listener.close();
  }
}

Deno.test("without variables the ports are those of config.toml, where the CLI looks", async () => {
  const { config } = await readProject(SUPABASE);
  assert.deepEqual(read({}), {
    api: config.api.port,
    database: config.db.port,
    simulators: 54330,
    app: 54350,
    console: 54360,
  });
  assert.deepEqual(read({ ESTEIRA_API_PORT: "", ESTEIRA_DB_PORT: " " }), read({}));
});

Deno.test("each range has a variable, and moves alone", () => {
  assert.deepEqual(read({ ESTEIRA_API_PORT: "1" }), { ...read({}), api: 1 });
  assert.deepEqual(read({ ESTEIRA_DB_PORT: " 65535 " }), { ...read({}), database: 65535 });
  assert.deepEqual(read({ ESTEIRA_SIMULATOR_PORT: "65523" }), { ...read({}), simulators: 65523 });
});

for (
  const text of ["0", "65536", "-1", "1.5", "1e3", "0x50", "http", "54321a", "99999999999999999999", "NaN"]
) {
  Deno.test(`"${text}" is no port, and the message names the variable`, () => {
    assert.throws(() => read({ ESTEIRA_DB_PORT: text }), (error: Error) => {
      assert.ok(error instanceof InvalidPorts);
      assert.equal(error.message, `ESTEIRA_DB_PORT must be a whole number from 1 to 65535, not "${text}".`);
      return true;
    });
  });
}

Deno.test("the simulators need room for all of them", () => {
  assert.throws(() => read({ ESTEIRA_SIMULATOR_PORT: "65532" }), {
    message:
      'ESTEIRA_SIMULATOR_PORT, the first of 13 in a row, must be a whole number from 1 to 65523, not "65532".',
  });
});

Deno.test("two that are the same, and one among the simulators, are refused; one beside them is not", () => {
  assert.throws(() => read({ ESTEIRA_API_PORT: "54322" }), {
    message: "ESTEIRA_API_PORT (54322) and ESTEIRA_DB_PORT (54322) must not meet.",
  });
  for (const port of ["54330", "54342"]) {
    assert.throws(() => read({ ESTEIRA_DB_PORT: port }), {
      message: `ESTEIRA_DB_PORT (${port}) and ESTEIRA_SIMULATOR_PORT (54330 to 54342) must not meet.`,
    });
  }
  read({ ESTEIRA_API_PORT: "54329", ESTEIRA_DB_PORT: "54343" });
});

Deno.test("everything that is wrong is told at once", () => {
  assert.throws(
    () => read({ ESTEIRA_API_PORT: "x", ESTEIRA_DB_PORT: "54333" }),
    /ESTEIRA_API_PORT must be .*\nESTEIRA_DB_PORT \(54333\) and ESTEIRA_SIMULATOR_PORT/,
  );
});

Deno.test("each port that is taken is told with its variable and a way out", async () => {
  const ports = somewhere();
  await taken(ports.api, () =>
    taken(ports.simulators + 2, () => {
      assert.throws(() => assertPortsFree(ports), (error: Error) => {
        assert.ok(error instanceof PortsTaken);
        const [first, second, advice] = error.message.split("\n");
        assert.equal(first, `Port ${ports.api} (API, ESTEIRA_API_PORT) is in use.`);
        assert.equal(
          second,
          `Port ${ports.simulators + 2} (fal's simulator, ESTEIRA_SIMULATOR_PORT) is in use.`,
        );
        for (const { variable } of Object.values(PORT_RANGES)) {
          assert.match(advice ?? "", new RegExp(`${variable}=\\d+`));
        }
        return true;
      });
      assertPortsFree(ports, ["database"]);
    }));
  assertPortsFree(ports);
});

Deno.test("somebody who takes a port while we start is told of; another failure is left as it is", async () => {
  const ports = somewhere();
  const failing = () => Promise.reject(new Error("address in use"));
  await assert.rejects(onFreePorts(ports, ["api"], failing), { message: "address in use" });
  let listener: Deno.Listener | undefined;
  const overtaken = () => {
    listener = Deno.listen({ hostname: "127.0.0.1", port: ports.api });
    return failing();
  };
  await assert.rejects(onFreePorts(ports, ["api"], overtaken), PortsTaken);
  listener?.close();
});
