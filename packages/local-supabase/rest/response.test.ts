import assert from "node:assert/strict";
import { withRest } from "./rest_fixture.ts";

const SCHEMA = `
  create table public.log (id int primary key, what text check (what <> 'bad'));
  create table public.chapters (log_id int references public.log deferrable initially deferred);
  grant all on public.log, public.chapters to anon;

  create function public.respond(status text, headers text) returns text language plpgsql as $$
  begin
    perform set_config('response.status', status, true);
    perform set_config('response.headers', headers, true);
    return 'body';
  end $$;
  create function public.on_insert() returns trigger language plpgsql as $$
  begin
    perform set_config('response.headers', format('[{"X-Inserted": "%s"}]', new.id), true);
    return new;
  end $$;
  create trigger announce before insert on public.log for each row execute function public.on_insert();

  create function public.fail(state text, message text, detail text default null, hint text default null)
  returns void language plpgsql as $$
  begin
    insert into public.log values (1, 'left behind');
    raise exception using errcode = state, message = message, detail = coalesce(detail, ''), hint = coalesce(hint, '');
  end $$;
  create function public.raise_plain() returns void language plpgsql as $$
  begin
    raise exception 'plain' using detail = 'why', hint = 'do';
  end $$;
  create function public.divide() returns int language sql volatile as 'select 1 / (random() * 0)::int';
  create function public.missing_table() returns int language plpgsql as $$ begin return (select 1 from nowhere); end $$;
  create function public.too_many() returns int language sql as 'select (select n from generate_series(1, 2) as n)';
`;

Deno.test("the answer says what happened", async (t) => {
  await withRest(SCHEMA, async ({ request, anon, sql }) => {
    await t.step("functions choose status and headers", async (t) => {
      const respond = (status: string, headers: string) =>
        request("/rpc/respond", { method: "POST", body: JSON.stringify({ status, headers }) });

      await t.step("by response.status and response.headers", async () => {
        const response = await respond(
          "418",
          '[{"X-One": "1"}, {"Set-Cookie": "a=1"}, {"Set-Cookie": "b=2"}]',
        );
        assert.equal(response.status, 418);
        assert.equal(await response.text(), '"body"');
        assert.equal(response.headers.get("x-one"), "1");
        assert.deepEqual(response.headers.getSetCookie(), ["a=1", "b=2"]);
        const typed = await respond("", '[{"Content-Type": "text/plain"}]');
        assert.equal(typed.headers.get("content-type"), "text/plain");
        const empty = await respond("204", "");
        assert.deepEqual([empty.status, await empty.text()], [204, ""]);
      });

      await t.step("also from a trigger, and only for their own request", async () => {
        const inserted = await request("/log", { method: "POST", body: '{"id":7}' });
        assert.equal(inserted.headers.get("x-inserted"), "7");
        const next = await request("/log");
        assert.equal(next.headers.get("x-inserted"), null);
        await next.body?.cancel();
      });

      await t.step("unless they are none", async () => {
        const headers = await respond("200", '{"X": 1}');
        assert.deepEqual([headers.status, (await headers.json()).code], [500, "PGRST111"]);
        const status = await respond("fine", "");
        assert.deepEqual([status.status, (await status.json()).code], [500, "PGRST112"]);
      });

      await t.step("deferred constraints are checked before the answer", async () => {
        const { status, error } = await anon.from("chapters").insert({ log_id: 404 });
        assert.deepEqual([status, error?.code], [409, "23503"]);
        assert.equal((await sql`select count(*)::int as n from public.chapters`)[0]?.n, 0);
      });
    });

    await t.step("errors keep PostgreSQL's words and undo everything", async (t) => {
      await t.step("raise exception is 400 with message, detail and hint", async () => {
        const { error, status } = await anon.rpc("raise_plain");
        assert.equal(status, 400);
        assert.deepEqual({ ...error }, { code: "P0001", message: "plain", details: "why", hint: "do" });
      });

      await t.step("SQLSTATE PTxyz is HTTP xyz", async () => {
        const { error, status } = await anon.rpc("fail", {
          state: "PT402",
          message: "pay first",
          detail: "code_x",
        });
        assert.equal(status, 402);
        assert.equal(error?.code, "PT402");
        assert.equal(error?.message, "pay first");
        assert.equal(error?.details, "code_x");
        assert.equal(
          (await sql`select count(*)::int as n from public.log where id = 1`)[0]?.n,
          0,
          "the insert was undone",
        );
      });

      await t.step("SQLSTATE PGRST dictates the whole answer", async () => {
        const { error, status } = await anon.rpc("fail", {
          state: "PGRST",
          message: JSON.stringify({ code: "mine", message: "own words", details: "d", hint: "h" }),
          detail: JSON.stringify({ status: 419, headers: { "X-Why": "because" } }),
        });
        assert.equal(status, 419);
        assert.deepEqual({ ...error }, { code: "mine", message: "own words", details: "d", hint: "h" });
        const noJson = await anon.rpc("fail", { state: "PGRST", message: "words", detail: "{}" });
        assert.deepEqual([noJson.status, noJson.error?.code, noJson.error?.details], [
          500,
          "PGRST121",
          "Invalid JSON value for MESSAGE: 'words'",
        ]);
        const noDetail = await anon.rpc("fail", { state: "PGRST", message: '{"code":"x","message":"y"}' });
        assert.equal(noDetail.error?.details, "DETAIL is missing in the RAISE statement");
      });

      await t.step("every other SQLSTATE has its documented status", async () => {
        const status = async (name: string, args = {}) => {
          const { status, error } = await anon.rpc(name, args);
          return [status, error?.code];
        };
        const raised = (state: string) => status("fail", { state, message: "m" });
        assert.deepEqual(await status("divide"), [400, "22012"]);
        assert.deepEqual(await status("missing_table"), [404, "42P01"]);
        assert.deepEqual(await status("too_many"), [500, "21000"]);
        assert.deepEqual(await raised("40001"), [500, "40001"]);
        assert.deepEqual(await raised("53300"), [503, "53300"]);
        assert.deepEqual(await raised("23505"), [409, "23505"]);
        assert.deepEqual(await raised("42501"), [401, "42501"]);
        assert.deepEqual(await raised("ES001"), [400, "ES001"]);
      });

      await t.step("the service goes on after each of them", async () => {
        const calls = Array.from(
          { length: 40 },
          (_, n) => n % 2 ? anon.rpc("raise_plain") : anon.from("log").select(),
        );
        const statuses = (await Promise.all(calls)).map(({ status }) => status);
        assert.deepEqual(statuses, Array.from({ length: 40 }, (_, n) => n % 2 ? 400 : 200));
      });
    });
  });
});
