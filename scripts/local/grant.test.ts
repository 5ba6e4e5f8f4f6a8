import assert from "node:assert/strict";
import postgres from "postgres";
import { EMPTY, startDatabase } from "@esteira/local-supabase/postgres";
import { freePort } from "@esteira/local-supabase/ports";
import { readProject } from "@esteira/local-supabase/project";
import { grant, GrantError } from "./grant.ts";
import { DATABASE_VARIABLE, type GrantCommand, GrantUsage, parseGrant } from "./grant_command.ts";
import { ROOT, SUPABASE } from "../paths.ts";

const HOSTED = "postgresql://postgres:s3cret@db.example.com:6543/postgres";
const parse = (args: string[], variables: Record<string, string> = {}) =>
  parseGrant(args, (variable) => variables[variable]);
const refused = (args: string[], message: RegExp, variables: Record<string, string> = {}) =>
  assert.throws(() => parse(args, variables), (error: Error) => {
    assert.ok(error instanceof GrantUsage, String(error));
    assert.match(error.message, message);
    return true;
  });

Deno.test("a user and an amount are enough: the local stack is meant, on the port of its variable", () => {
  assert.deepEqual(parse(["ana@example.com", "50"]), {
    user: "ana@example.com",
    amount: 50,
    note: "npm run grant",
    reference: null,
    databaseUrl: "postgresql://postgres:postgres@127.0.0.1:54322/postgres",
    where: "the local database on port 54322 (ESTEIRA_DB_PORT)",
  });
  const moved = parse(["ana@example.com", "50"], { ESTEIRA_DB_PORT: "60000", [DATABASE_VARIABLE]: HOSTED });
  assert.equal(moved.databaseUrl, "postgresql://postgres:postgres@127.0.0.1:60000/postgres");
});

Deno.test("a hosted database is meant only when it is said, and its password is not told", () => {
  const command = parse(["ana@example.com", "50", "--hosted", "--reference", "payment-1"], {
    [DATABASE_VARIABLE]: HOSTED,
  });
  assert.equal(command.databaseUrl, `${HOSTED}?sslmode=require`);
  assert.equal(command.where, "the database at db.example.com:6543");
  const here = parse(["ana@example.com", "50", "--hosted", "--reference", "payment-1"], {
    [DATABASE_VARIABLE]: "postgres://postgres@localhost:5432/postgres",
  });
  assert.equal(here.databaseUrl, "postgres://postgres@localhost:5432/postgres");
});

Deno.test("a command line that cannot be meant is refused before anything is done", () => {
  refused([], /Usage: npm run grant/);
  refused(["ana@example.com"], /Usage: npm run grant/);
  refused(["ana@example.com", "5", "6"], /"6" is one word too many/);
  refused(["ana@example.com", "5", "--refrence", "x"], /refrence[^]*Usage/);
  for (const amount of ["0", "1.5", "1e3", "x", "9007199254740992", " 5", "٥"]) {
    refused(
      ["ana@example.com", amount],
      /The amount must be a whole number of credits from 1 to 9007199254740991/,
    );
  }
  refused(["ana@example.com", "-5"], /Usage/); // an option to parseArgs
  refused(["ana@example.com", "5", "--reference", " "], /The reference is empty/);
  refused(["ana@example.com", "5", "--hosted"], /--hosted needs --reference/, {
    [DATABASE_VARIABLE]: HOSTED,
  });
  const hosted = ["ana@example.com", "5", "--hosted", "--reference", "x"];
  refused(hosted, /--hosted needs ESTEIRA_DB_URL/);
  for (const url of ["nonsense", "https://example.com", "postgresql:///postgres"]) {
    refused(hosted, /ESTEIRA_DB_URL is no connection string/, { [DATABASE_VARIABLE]: url });
  }
});

Deno.test("grants are made in the ledger, by e-mail or id", async (t) => {
  const { migrations } = await readProject(SUPABASE);
  const cluster = await startDatabase({ migrations, seed: "" });
  const sql = postgres(cluster.url("supabase_admin"), { max: 1, onnotice: () => {} });
  const [ana, twin, other] = ["1", "2", "3"].map((digit) => `00000000-0000-4000-8000-00000000000${digit}`);
  await sql`insert into auth.users (id, email) values (${ana!}, 'ana@example.com'), (${twin!}, 'twins@example.com')`;
  await sql`insert into auth.users (id, email, is_sso_user) values (${other!}, 'twins@example.com', true)`;
  const command = (user: string, more: Partial<GrantCommand> = {}): GrantCommand => ({
    ...parse([user, "50"]),
    databaseUrl: cluster.url(),
    ...more,
  });
  const refusedWith = (code: GrantError["code"], message: RegExp) => (error: Error) => {
    assert.ok(error instanceof GrantError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  };

  try {
    await t.step("each run without a reference is a grant", async () => {
      assert.deepEqual(await grant(command("ana@example.com")), { userId: ana, balance: 50, isNew: true });
      assert.deepEqual(await grant(command(ana!)), { userId: ana, balance: 100, isNew: true });
      assert.equal((await grant(command("Ana@Example.com"))).balance, 150);
    });
    await t.step("with the same reference it is made once", async () => {
      const paid = command("ana@example.com", { reference: "payment-1" });
      assert.deepEqual(await grant(paid), { userId: ana, balance: 200, isNew: true });
      assert.deepEqual(await grant(paid), { userId: ana, balance: 200, isNew: false });
      const entries = await sql`select amount, note from public.credit_entries where reference = 'payment-1'`;
      assert.deepEqual([...entries].map(({ amount, note }) => [Number(amount), note]), [[
        50,
        "npm run grant",
      ]]);
      await assert.rejects(grant({ ...paid, amount: 51 }), /50 credits were granted with the reference/);
      assert.deepEqual([...await sql`select * from ops.credit_drift()`], []);
    });
    await t.step("nobody, and one of several, get nothing", async () => {
      await assert.rejects(
        grant(command("bob@example.com")),
        refusedWith("no_such_user", /no user bob@example\.com/),
      );
      await assert.rejects(
        grant(command("twins@example.com")),
        refusedWith("several_users", new RegExp(`Say which id: ${twin}, ${other}`)),
      );
      assert.equal((await grant(command(twin!))).balance, 50);
    });
  } finally {
    await sql.end();
    await cluster.stop();
  }
});

Deno.test("where no database is, or no Esteira in it, that is the message", async () => {
  const run = async (port: number) => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "scripts/local/grant.ts", "ana@example.com", "50"],
      cwd: ROOT,
      env: { ESTEIRA_DB_PORT: String(port), NO_COLOR: "1" },
    }).output();
    return { code, error: new TextDecoder().decode(stderr).trim() };
  };
  const nowhere = freePort();
  const { code, error } = await run(nowhere);
  assert.equal(code, 1);
  assert.match(error, new RegExp(`ECONNREFUSED.*the local database on port ${nowhere} .*npm run dev`));

  const cluster = await startDatabase(EMPTY);
  try {
    assert.deepEqual(await run(cluster.port), {
      code: 1,
      error: `There is no Esteira in the local database on port ${cluster.port} (ESTEIRA_DB_PORT).`,
    });
  } finally {
    await cluster.stop();
  }
});
