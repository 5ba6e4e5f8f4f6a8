import assert from "node:assert/strict";
import postgres from "postgres";
import type { Cluster } from "../postgres/cluster.ts";
import { freePort } from "../ports.ts";
import { eventually, slowness, withPlatform } from "../testing.ts";
import { startNet } from "./net.ts";
import { crash, using, withExtensions } from "./background_fixture.ts";

/** A server on a free port that answers by `handler`. */
async function withServer(
  handler: (request: Request) => Response | Promise<Response>,
  body: (url: string) => Promise<void>,
): Promise<void> {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, handler);
  try {
    await body(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

/** The worker with a short pause between batches. */
function quickNet(cluster: Cluster): ReturnType<typeof startNet> {
  return startNet({ databaseUrl: cluster.url("supabase_admin"), betweenBatches: 20 });
}

/** Waits for the response of request `id`. */
async function responseOf(sql: postgres.Sql, id: string): Promise<postgres.Row> {
  return await eventually(async () => {
    const [row] = await sql`select * from net._http_response where id = ${id}`;
    return row;
  }, { what: `the response of request ${id}` });
}

async function queue(sql: postgres.Sql, url: string, timeout = 5000): Promise<string> {
  const [row] = await sql`select net.http_get(${url}, timeout_milliseconds => ${timeout}) as id`;
  return row?.id;
}

Deno.test("requests", async (t) => {
  let answer: (request: Request) => Response | Promise<Response>;
  const steps = async (url: string, sql: postgres.Sql) => {
    await t.step("are sent with their method, headers and body, and their response is stored", async () => {
      const seen: { method: string; body: string; headers: Headers }[] = [];
      answer = async (request) => {
        seen.push({ method: request.method, body: await request.text(), headers: request.headers });
        return Response.json({ ok: true }, { status: 201, headers: { "x-mark": "1" } });
      };
      const [row] = await sql`
        select net.http_post(${url}, '{"a": [1, "é"]}'::jsonb, headers => '{"apikey": "key"}') as id`;
      const { headers, created: _, ...response } = await responseOf(sql, row?.id);
      assert.deepEqual(response, {
        id: row?.id,
        status_code: 201,
        content_type: "application/json",
        content: '{"ok":true}',
        timed_out: false,
        error_msg: null,
      });
      assert.equal(headers["x-mark"], "1");
      assert.deepEqual([seen[0]?.method, seen[0]?.body], ["POST", '{"a": [1, "é"]}']);
      const sent = ["apikey", "content-type", "user-agent"].map((name) => seen[0]?.headers.get(name));
      assert.deepEqual(sent, ["key", "application/json", "pg_net/0.20.4"]);
      assert.equal((await sql`select from net.http_request_queue`).count, 0);
    });

    await t.step("are not sent before the commit, and not at all after a rollback", async () => {
      const paths: string[] = [];
      answer = (request) => {
        paths.push(new URL(request.url).pathname);
        return new Response();
      };
      await sql.begin(async (tx) => {
        await tx`select net.http_get(${url + "/rolled-back"})`;
        throw new Error("roll back");
      }).catch(() => {});
      await sql.begin(async (tx) => {
        await tx`select net.http_get(${url + "/committed"})`;
        // Another request makes the whole trip while the first one waits for its commit.
        await responseOf(sql, await queue(sql, url + "/meanwhile"));
        assert.deepEqual(paths, ["/meanwhile"]);
      });
      await eventually(() => paths.includes("/committed") || undefined);
      assert.deepEqual(paths, ["/meanwhile", "/committed"]);
    });

    await t.step(
      "of a batch are performed at once; the responses appear when the slowest is done",
      async () => {
        const slow = Promise.withResolvers<void>();
        let fast = 0;
        answer = async (request) => {
          if (request.url.endsWith("/slow")) await slow.promise;
          else fast++;
          return new Response();
        };
        const ids = await sql`
        select net.http_get(${url} || path) as id
        from (select '/slow' as path union all select '/' || n from generate_series(1, 50) as n)`;
        const responses = async () =>
          (await sql`select from net._http_response where id = any (${ids.map((row) => row.id)}::bigint[])`)
            .count;
        await eventually(() => fast === 50 || undefined);
        assert.equal(await responses(), 0);
        slow.resolve();
        await eventually(async () => await responses() === 51 || undefined);
      },
    );

    await t.step("that take too long are stored as timed out, unreachable servers as errors", async () => {
      const hung = Promise.withResolvers<Response>();
      answer = () => hung.promise;
      const late = await responseOf(sql, await queue(sql, url, 50));
      assert.deepEqual([late.timed_out, late.status_code], [true, null]);
      assert.match(
        late.error_msg,
        /^Timeout of 50 ms reached\. Total time: \d+\.\d{6} ms \(DNS time: .* ms, TCP\/SSL handshake time: .* ms, HTTP/,
      );
      hung.resolve(new Response());
      const refused = await responseOf(sql, await queue(sql, `http://127.0.0.1:${freePort()}`));
      assert.deepEqual([refused.timed_out, refused.error_msg], [false, "Couldn't connect to server"]);
    });

    await t.step("follow redirects; an empty body is null, and a body is cut at a NUL", async () => {
      answer = (request) => {
        const { pathname, origin } = new URL(request.url);
        if (pathname === "/from") return Response.redirect(`${origin}/to`);
        return new Response(pathname === "/to" ? "there" : pathname === "/nul" ? "a\0b" : null);
      };
      const contents = [];
      for (const path of ["/from", "/empty", "/nul"]) {
        contents.push((await responseOf(sql, await queue(sql, url + path))).content);
      }
      assert.deepEqual(contents, ["there", null, "a"]);
    });
  };
  await withServer(
    (request) => answer(request),
    (url) => withExtensions((sql, cluster) => using(quickNet(cluster), () => steps(url, sql))),
  );
});

Deno.test("a second passes between two batches", async () => {
  await withServer(
    () => new Response(),
    (url) =>
      withExtensions((sql, cluster) =>
        using(startNet({ databaseUrl: cluster.url("supabase_admin") }), async () => {
          await responseOf(sql, await queue(sql, url));
          const before = performance.now();
          await responseOf(sql, await queue(sql, url));
          assert(performance.now() - before > 900);
        })
      ),
  );
});

Deno.test("closing does not wait for a hung request, whose batch stays queued for the next worker", async () => {
  const arrived = Promise.withResolvers<void>();
  const hung = Promise.withResolvers<void>();
  const answer = async () => {
    arrived.resolve();
    await hung.promise;
    return new Response("second time");
  };
  await withServer(answer, (url) =>
    withExtensions(async (sql, cluster) => {
      const worker = await quickNet(cluster);
      const id = await queue(sql, url, 60_000);
      await arrived.promise;
      const before = performance.now();
      await worker.close();
      assert(performance.now() - before < 2000 * slowness());
      assert.equal((await sql`select from net.http_request_queue`).count, 1);
      hung.resolve();
      await using(quickNet(cluster), async () => {
        assert.equal((await responseOf(sql, id)).content, "second time");
      });
    }));
});

Deno.test("the worker may start before the extension exists, and then is up", async () => {
  await withServer(() => new Response("hello"), (url) =>
    withPlatform(async (cluster) => {
      const sql = postgres(cluster.url(), { max: 1, onnotice: () => {} });
      try {
        await using(quickNet(cluster), async () => {
          await sql`create extension pg_net with schema extensions`;
          await sql`select net.check_worker_is_up()`;
          assert.equal((await responseOf(sql, await queue(sql, url))).content, "hello");
        });
        await eventually(() => sql`select net.check_worker_is_up()`.then(() => undefined, () => true));
      } finally {
        await sql.end();
      }
    }));
});

Deno.test("the worker survives a crash of the database", async () => {
  await withServer(
    () => new Response("hello"),
    (url) =>
      withExtensions((sql, cluster) =>
        using(quickNet(cluster), async () => {
          await responseOf(sql, await queue(sql, url));
          await crash(cluster);
          const id = await eventually(() => queue(sql, url).catch(() => undefined));
          assert.equal((await responseOf(sql, id)).content, "hello");
        })
      ),
  );
});
