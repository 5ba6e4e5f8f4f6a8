/** The operations of `publications` and `connections`, called as the OpenAPI document says: part of described.test.ts. */
import { eventually } from "@esteira/local-supabase/testing";
import { choicesResponse, connectionResponse } from "../../shared/requests/requests_connections.ts";
import type { EnqueueResponse } from "../../shared/requests/requests_publications.ts";
import { agreeAs, allowAppPage, APP_PAGE, setOut } from "../world/connect.ts";
import type { Environment, User } from "../world/environment.ts";
import type { DescribedApi } from "./described_api.ts";

type Headers = Record<string, string>;

/** Who calls. */
export interface Callers {
  user: User;
  headers: Headers;
  stranger: Headers;
  server: Headers;
  nobody: Headers;
}

/** Connects an account, and ends it again. Returns one that stays. */
export async function askConnections(
  environment: Environment,
  api: DescribedApi,
  { user, headers, stranger, nobody }: Callers,
): Promise<string> {
  await allowAppPage(environment);
  const x = { platform: "x" };
  await api.ask("startConnection", 200, { params: x, body: { redirectTo: APP_PAGE }, headers });
  await api.ask("startConnection", 422, { params: x, body: { redirectTo: "https://evil.example" }, headers });
  await api.ask("comeBackFromPlatform", 422, {
    params: x,
    query: [["state", "none"], ["code", "c"]],
    headers: {},
  });
  const connect = async (person: string) => {
    const callback = await agreeAs(await setOut(environment, user, "x"), person);
    const response = await fetch(callback, { redirect: "manual" });
    api.answered("comeBackFromPlatform", response.status, await response.text());
    const id = new URL(response.headers.get("location") ?? "").searchParams.get("choice") ?? "";
    await api.ask("listChoices", 410, { params: { id }, headers: stranger });
    const { accounts: [account] } = choicesResponse.parse(
      await api.ask("listChoices", 200, { params: { id }, headers }),
    );
    await api.ask("chooseAccount", 404, { params: { id }, body: { externalId: "none" }, headers });
    const body = { externalId: account?.externalId ?? "" };
    const { connection } = connectionResponse.parse(
      await api.ask("chooseAccount", 201, { params: { id }, body, headers }),
    );
    return connection.id;
  };
  const params = { id: await connect("bruno") };
  await api.ask("showCreator", 200, { params, headers });
  await api.ask("showCreator", 404, { params, headers: stranger });
  await api.ask("refreshConnection", 200, { params, headers });
  await api.ask("refreshConnection", 404, { params, headers: stranger });
  await api.ask("endConnection", 404, { params, headers: stranger });
  await api.ask("endConnection", 200, { params, headers });
  await api.ask("refreshConnection", 409, { params, headers });
  await api.ask("showCreator", 409, { params, headers });
  await api.ask("listConnections", 200, { headers });
  await api.ask("listConnections", 401, { headers: nobody });
  return await connect("ana");
}

/** Publishes with this connection, and has it refused. */
export async function askPublications(
  { sql, x }: Environment,
  api: DescribedApi,
  connectionId: string,
  { user: { userId }, headers, stranger, server, nobody }: Callers,
): Promise<void> {
  await sql`update public.tools set is_enabled = true where lane = 'publication'`;
  const enqueue = async (caption: string, more: Record<string, unknown> = {}, as = headers) => {
    const body = {
      selectedOptions: ["x_post", "myspace_post"],
      captions: { universal: caption },
      connections: { x_post: connectionId },
      ...more,
    };
    const answer = await api.ask("enqueuePublications", 200, { body, headers: as }) as EnqueueResponse;
    return { id: answer.data.jobs?.[0]?.job_id ?? "" };
  };
  const soon = { scheduledFor: new Date(Date.now() + 3_600_000).toISOString() };
  await enqueue("Looked at", { dryRun: true });
  const first = await enqueue("Now", { userId }, server);
  await eventually(() => x.posts().some(({ text }) => text === "Now") || undefined, { what: "the post" });
  await api.ask("getPublication", 200, { params: first, headers });
  await api.ask("getPublication", 404, { params: first, headers: stranger });
  await api.ask("resolvePublication", 409, { params: first, body: { resolved: "there" }, headers });
  const later = await enqueue("Later", soon);
  const query: [string, string][] = [["status", "pending"], ["platform", "x"], ["limit", "1"]];
  await api.ask("listPublications", 200, { query, headers });
  await api.ask("listPublications", 422, { query: [["platform", "myspace"]], headers });
  const work = { job_id: later.id, user_id: userId, platform: "x_post", content: { caption: "Later" } };
  await api.ask("processPublication", 200, { body: work, headers: server });
  await api.ask("processPublication", 404, { body: { ...work, user_id: connectionId }, headers: server });
  await api.ask("processPublication", 401, { body: work, headers });
  await api.ask("retryPublication", 409, { params: later, headers });
  await api.ask("cancelPublication", 200, { params: later, headers });
  await api.ask("cancelPublication", 404, { params: later, headers: stranger });
  await api.ask("retryPublication", 201, { params: later, headers });

  const refused: [number, Record<string, unknown>, Headers?][] = [
    [401, {}, nobody],
    [403, { userId: connectionId }],
    [404, { connections: { x_post: userId } }],
    [422, { selectedOptions: ["myspace_post"] }],
    [422, { captions: { universal: "a".repeat(281) } }],
    [422, { nothing: true }],
  ];
  for (const [status, changes, as = headers] of refused) {
    const body = { selectedOptions: ["x_post"], captions: { universal: "no" }, ...changes };
    await api.ask("enqueuePublications", status, { body, headers: as });
  }
}

/** Has a publication end with nobody knowing, and says what became of it. */
export async function askResolve(
  { sql, x }: Environment,
  api: DescribedApi,
  connectionId: string,
  { headers }: Callers,
): Promise<void> {
  x.misbehave({ contains: "Who knows", times: 1, fault: { kind: "cut_answer", path: "commit", times: 1 } });
  x.misbehave({ times: 1, fault: { kind: "http_error", path: "timeline", status: 503, times: 1000 } });
  const body = {
    selectedOptions: ["x_post"],
    captions: { universal: "Who knows" },
    connections: { x_post: connectionId },
  };
  const { data } = await api.ask("enqueuePublications", 200, { body, headers }) as EnqueueResponse;
  const params = { id: data.jobs[0]?.job_id ?? "" };
  await eventually(() => x.posts().some(({ text }) => text === "Who knows") || undefined, {
    what: "the post",
  });
  await eventually(async () => {
    await sql`
      update public.jobs set deadline_at = clock_timestamp() - interval '1 hour'
      where id = ${params.id} and status = 'processing'`;
    await sql`select worker.reap()`;
    const [row] = await sql`select status from public.jobs where id = ${params.id}`;
    return row?.status === "failed" || undefined;
  }, { what: "the end of it", timeoutMs: 20_000 });
  await api.ask("resolvePublication", 200, { params, body: { resolved: "there" }, headers });
}
