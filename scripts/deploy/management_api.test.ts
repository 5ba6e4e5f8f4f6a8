import assert from "node:assert/strict";
import { z } from "zod";
import { serveLocally } from "@esteira/simulators/kit/http_server";
import { DeployError } from "./deploy_error.ts";
import { ManagementApi } from "./management_api.ts";

const REF = "abcdefghijklmnopqrst";

/** An API that gives these answers one after the other, the last of them for ever. */
async function withAnswers(
  answers: readonly (() => Response)[],
  use: (api: ManagementApi, asked: () => number) => Promise<void>,
): Promise<void> {
  let asked = 0;
  const server = serveLocally(() => (answers[Math.min(asked++, answers.length - 1)] ?? Response.error)());
  try {
    const access = { token: "sbp_x", apiUrl: server.url, projectHost: "example.com" };
    await use(new ManagementApi(access, REF, 1), () => asked);
  } finally {
    await server.close();
  }
}
const busy = () => Response.json({ message: "Too many requests" }, { status: 429 });
const broken = () => new Response("bad gateway", { status: 502 });
const fine = () => Response.json({ a: 1 });
const shape = z.object({ a: z.number() });

Deno.test("an API that is busy or away for a moment is asked again", () =>
  withAnswers([busy, broken, fine], async (api, asked) => {
    assert.deepEqual(await api.read("/x", shape), { a: 1 });
    assert.equal(asked(), 3);
  }));

Deno.test("one that stays away is told", () =>
  withAnswers([broken], async (api, asked) => {
    await assert.rejects(
      api.read("/x", shape),
      (error) =>
        error instanceof DeployError && error.code === "unreachable" && /502 bad gateway/.test(error.message),
    );
    assert.equal(asked(), 4);
  }));

Deno.test("what changes something is not sent twice, unless it was refused for haste", async () => {
  await withAnswers([broken, fine], async (api, asked) => {
    await assert.rejects(api.change("/x", { a: 2 }), DeployError);
    assert.equal(asked(), 1);
  });
  await withAnswers([busy, fine], async (api, asked) => {
    await api.change("/x", { a: 2 });
    assert.equal(asked(), 2);
  });
});

Deno.test("rows come with 201, as they do for statements that change something, or with 200", async () => {
  for (const status of [200, 201]) {
    await withAnswers([() => Response.json([{ a: 1 }], { status })], async (api) => {
      assert.deepEqual(await api.sql("select 1 as a", shape), [{ a: 1 }]);
    });
  }
});

Deno.test("what the API says is passed on without keys", () =>
  withAnswers(
    [() => Response.json({ message: "no sb_secret_abcdefghijklmnop here" }, { status: 409 })],
    async (api) => {
      await assert.rejects(api.change("/x", {}), /409 no \*\*\* here/);
    },
  ));
