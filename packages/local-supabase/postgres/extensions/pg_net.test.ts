import assert from "node:assert/strict";
import postgres from "postgres";
import { withPlatform } from "../../testing.ts";

async function withPgNet(body: (sql: postgres.Sql) => Promise<void>): Promise<void> {
  await withPlatform(async (cluster) => {
    const sql = postgres(cluster.url(), { max: 1, onnotice: () => {} });
    try {
      await sql`create extension if not exists pg_net with schema extensions`;
      await body(sql);
    } finally {
      await sql.end();
    }
  });
}

Deno.test("requests of each method are queued with their body, parameters and default timeout", async () => {
  await withPgNet(async (sql) => {
    await sql`select net.http_get('http://127.0.0.1:9', params => '{"q": "a b/ç"}')`;
    await sql`select net.http_post('http://127.0.0.1:9/x?y=1#end', '{"a": 1}'::jsonb, '{"z": "2"}'::jsonb)`;
    await sql`select net.http_delete(url := 'http://127.0.0.1:9/x', timeout_milliseconds := 100)`;
    const rows = await sql`select id, method, url, headers, convert_from(body, 'UTF8') as body,
      timeout_milliseconds as timeout from net.http_request_queue order by id`;
    assert.deepEqual([...rows], [
      {
        id: "1",
        method: "GET",
        url: "http://127.0.0.1:9/?q=a%20b%2F%C3%A7",
        headers: {},
        body: null,
        timeout: 5000,
      },
      {
        id: "2",
        method: "POST",
        url: "http://127.0.0.1:9/x?y=1&z=2#end",
        headers: { "Content-Type": "application/json" },
        body: '{"a": 1}',
        timeout: 5000,
      },
      { id: "3", method: "DELETE", url: "http://127.0.0.1:9/x", headers: {}, body: null, timeout: 100 },
    ]);
  });
});

Deno.test("http_post adds a missing content type and refuses any but application/json", async () => {
  await withPgNet(async (sql) => {
    await sql`select net.http_post('http://127.0.0.1:9', headers => '{"apikey": "k"}')`;
    const [row] = await sql`select headers from net.http_request_queue`;
    assert.deepEqual(row?.headers, { apikey: "k", "Content-Type": "application/json" });
    await assert.rejects(
      () => sql`select net.http_post('http://127.0.0.1:9', headers => '{"content-type": "text/plain"}')`,
      /Content-Type header must be "application\/json"/,
    );
  });
});

Deno.test("a role without any grant may queue a request", async () => {
  await withPgNet(async (sql) => {
    await sql`set role anon`;
    await sql`select net.http_get('http://127.0.0.1:9')`;
  });
});

Deno.test("an address that curl refuses raises at once, with curl's words", async () => {
  const refused: Readonly<Record<string, RegExp>> = {
    "": /Bad scheme/,
    "127.0.0.1": /Bad scheme/,
    "project.supabase.co/functions": /Bad scheme/,
    "ftp://127.0.0.1": /Unsupported URL scheme/,
    " https://127.0.0.1": /Malformed input/,
    "https://127.0.0.1\n": /Malformed input/,
    "https://127.0.0.1\n/functions/v1/worker": /Malformed input/,
    "https://127.0.0.1/a b": /Malformed input/,
    "https://": /No host part/,
    "https:///functions": /No host part/,
    "https://127.0.0.1:port/": /Port number/,
    "https://127.0.0.1:70000/": /Port number/,
  };
  const taken = [
    "https://a.test",
    "HTTP://a.test:8000/x?y#z",
    "http://user:secret@a.test",
    "http://[::1]:8000/",
  ];
  await withPgNet(async (sql) => {
    for (const [url, words] of Object.entries(refused)) {
      await assert.rejects(() => sql`select net.http_post(${url}::text)`, words, JSON.stringify(url));
    }
    for (const url of taken) await sql`select net.http_post(${url}::text)`;
  });
});

Deno.test("a response is collected by its id, and an unknown id or a failed request is an error", async () => {
  await withPgNet(async (sql) => {
    await sql`insert into net._http_response (id, status_code, headers, content, error_msg)
      values (7, 200, '{"a": "b"}', 'hello', null), (8, null, null, null, 'Timeout')`;
    const [row] = await sql`
      select (net._http_collect_response(7, async => false)).*, (net._http_collect_response(8)).message as failed,
        (net._http_collect_response(9)).message as unknown`;
    assert.equal(row?.status, "SUCCESS");
    assert.match(row?.response, /^\(200,.*,hello\)$/);
    assert.equal(row?.failed, "Timeout");
    assert.equal(row?.unknown, "request matching request_id not found");
  });
});

Deno.test("check_worker_is_up tells whether a worker is connected", async () => {
  await withPlatform(async (cluster) => {
    const sql = postgres(cluster.url(), { max: 1, onnotice: () => {} });
    const worker = postgres(cluster.url("supabase_admin"), {
      max: 1,
      connection: { application_name: "pg_net worker" },
    });
    try {
      await sql`create extension pg_net with schema extensions`;
      await assert.rejects(() => sql`select net.check_worker_is_up()`, /worker is not up/);
      await worker`select 1`;
      await sql`select net.check_worker_is_up(), net.wait_until_running()`;
    } finally {
      await Promise.all([sql.end(), worker.end()]);
    }
  });
});
