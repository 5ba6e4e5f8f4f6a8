/** For the tests of this folder: the service behind a real HTTP server, and supabase-js clients of every persona. */
import { basename, join } from "node:path";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import postgres from "postgres";
import { withPlatform } from "../testing.ts";
import { makeTokens, type Tokens } from "../tokens.ts";
import { startStorage } from "./service.ts";

/** Options of a test that fails when something is left open. */
export const NO_LEAKS = { sanitizeOps: true, sanitizeResources: true };

export interface Harness {
  /** `http://127.0.0.1:<port>` */
  url: string;
  tokens: Tokens;
  /** Connected as `postgres`, as migrations are. */
  sql: postgres.Sql;
  /** With the secret key: passes every policy. */
  admin: SupabaseClient;
  /** With the publishable key and no session. */
  anon: SupabaseClient;
  /** Signed in as the user of this id. */
  user(id: string): Promise<SupabaseClient>;
  /** Names of the files in the store, also of those not yet kept. */
  files(): Promise<string[]>;
  /** Bytes of the same, but for what is noted of uploads. */
  fileSizes(): Promise<number[]>;
  /** Makes the resumable uploads under way look as if they had been begun `ms` milliseconds earlier. */
  ageUploads(ms: number): Promise<void>;
}

/** Bytes that the service takes at most. */
export const FILE_SIZE_LIMIT = 21 * 1024 * 1024;

export const ANA = "00000000-0000-4000-8000-00000000000a";
export const BIA = "00000000-0000-4000-8000-00000000000b";

/**
 * Runs `tests`, each named by a sentence, as steps of `t`. They share one server, because starting one takes longer
 * than most of them, and each begins with no buckets, no policies and nothing in schema `public`.
 */
export async function withStorage(
  t: Deno.TestContext,
  tests: Record<string, (harness: Harness) => Promise<void>>,
): Promise<void> {
  await withPlatform(async (cluster) => {
    const tokens = await makeTokens();
    const directory = await Deno.makeTempDir();
    const service = await startStorage({
      databaseUrl: cluster.url("supabase_admin"),
      tokens,
      directory,
      fileSizeLimit: FILE_SIZE_LIMIT,
    });
    const closing = new AbortController();
    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {}, signal: closing.signal },
      service.handle,
    );
    const sql = postgres(cluster.url(), { max: 2, onnotice: () => {} });
    const url = `http://127.0.0.1:${server.addr.port}`;
    const options = { auth: { autoRefreshToken: false, persistSession: false } };
    try {
      const harness: Harness = {
        url,
        tokens,
        sql,
        admin: createClient(url, tokens.secretKey, options),
        anon: createClient(url, tokens.publishableKey, options),
        user: async (id) => {
          const token = await tokens.sign({ sub: id, role: "authenticated", aud: "authenticated" }, 60);
          return createClient(url, tokens.publishableKey, { accessToken: () => Promise.resolve(token) });
        },
        files: async () => (await filesBelow(directory)).map((path) => basename(path)),
        fileSizes: async () => {
          const paths = (await filesBelow(directory)).filter((path) => !path.includes(".json"));
          return await Promise.all(paths.map(async (path) => (await Deno.stat(path)).size));
        },
        ageUploads: async (ms) => {
          for (const path of (await filesBelow(directory)).filter((path) => path.endsWith(".json"))) {
            const upload = JSON.parse(await Deno.readTextFile(path));
            await Deno.writeTextFile(path, JSON.stringify({ ...upload, createdAt: upload.createdAt - ms }));
          }
        },
      };
      for (const [name, fn] of Object.entries(tests)) {
        // The pools open connections as they need them; whether anything is left open, the whole test tells.
        const unwatched = { sanitizeOps: false, sanitizeResources: false };
        await t.step({ name, fn: () => fn(harness), ...unwatched });
        await sql.unsafe(RESET);
        for (const file of await filesBelow(directory)) await Deno.remove(file);
      }
    } finally {
      // Not shutdown(): a request that was cut in the middle of its body may never end by itself.
      closing.abort();
      await server.finished;
      await service.close();
      await sql.end();
      await Deno.remove(directory, { recursive: true });
    }
  });
}

const RESET = `
  drop schema public cascade;
  create schema public;
  grant usage on schema public to public;
  set storage.allow_delete_query = 'true';
  delete from storage.objects;
  delete from storage.buckets;
  reset storage.allow_delete_query;
  do $$ declare policy record; begin
    for policy in select policyname, tablename from pg_policies where schemaname = 'storage' loop
      execute format('drop policy %I on storage.%I', policy.policyname, policy.tablename);
    end loop;
  end $$`;

async function filesBelow(directory: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(directory)) {
    const path = join(directory, entry.name);
    if (entry.isDirectory) found.push(...await filesBelow(path));
    else found.push(path);
  }
  return found;
}

/** Policies under which signed-in users rule the folder of bucket `files` that has their id as name. */
export const OWN_FOLDER = ["select", "insert", "update", "delete"].map((command) => {
  const own = "bucket_id = 'files' and (storage.foldername(name))[1] = (select auth.uid())::text";
  const check = command === "insert" ? `with check (${own})` : `using (${own})`;
  return `create policy "own folder: ${command}" on storage.objects for ${command} to authenticated ${check};`;
}).join("\n");

/** Bytes that no compression or zero-filling would reproduce by chance. */
export function noise(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
  return bytes;
}
