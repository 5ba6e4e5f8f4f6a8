/**
 * Supabase's Management API as `npm run deploy` and the CLI 3.1.0 ask it, for one hosted project: its settings, keys and
 * functions are kept here, its SQL runs in the database that stands for the project's. Shapes as the CLI declares them.
 */
import postgres from "postgres";
import { type LocalServer, serveLocally } from "@esteira/simulators/kit/http_server";
import { freshHosted, type Hosted, REF, TOKEN } from "./hosted.ts";

/** A request, as `PATCH /postgrest`, and what was sent with it. */
export interface Asked {
  readonly line: string;
  readonly body: string;
}

/** What is done in an answer's stead; `answer` makes the usual one, with all that it changes. */
type Instead = (asked: Asked, answer: () => Promise<Response>) => Response | Promise<Response> | undefined;

export interface ManagementApi extends AsyncDisposable {
  readonly url: string;
  /** What the project has. Tests set it otherwise. */
  readonly hosted: Hosted;
  /** Everything that was asked for. */
  readonly requests: readonly Asked[];
  /** Is asked before each answer. */
  instead: Instead;
}

/** Starts it on a free port for the database at `databaseUrl` (as `postgres`). */
export function startManagementApi(databaseUrl: string, poolerUrl: string): ManagementApi {
  const hosted = freshHosted();
  const sql = postgres(databaseUrl, { max: 4, onnotice: () => {}, prepare: false });
  const requests: Asked[] = [];
  const api = { hosted, requests, instead: (() => undefined) as Instead };

  const server: LocalServer = serveLocally(async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const isForm = request.headers.get("content-type")?.startsWith("multipart/") ?? false;
    const body = isForm ? String((await request.formData()).get("metadata")) : await request.text();
    const line = `${request.method} ${pathname.replace(`/v1/projects/${REF}`, "")}`;
    requests.push({ line, body });
    const usual = () => usualAnswer(request, pathname, line, body, searchParams);
    return await (api.instead({ line, body }, usual) ?? usual());
  });

  async function usualAnswer(
    request: Request,
    pathname: string,
    line: string,
    body: string,
    query: URLSearchParams,
  ): Promise<Response> {
    if (request.headers.get("authorization") !== `Bearer ${TOKEN}`) return problem(401, "Unauthorized");
    if (pathname === "/v1/projects") return Response.json([{ ...hosted.project }]);
    if (!pathname.startsWith(`/v1/projects/${REF}`)) return problem(404, "Project not found");
    return await answer(line, body, query);
  }

  async function answer(line: string, body: string, query: URLSearchParams): Promise<Response> {
    switch (line) {
      case "GET ":
        return Response.json(hosted.project);
      case "GET /api-keys":
        return Response.json(
          hosted.apiKeys.map((key) =>
            query.get("reveal") === "true" || key.type !== "secret"
              ? key
              : { ...key, api_key: "sb_secret_ab···" }
          ),
        );
      case "GET /config/auth/signing-keys":
        return Response.json({ keys: hosted.signingKeys });
      case "GET /config/database/pooler":
        return Response.json([pooler(poolerUrl)]);
      case "GET /config/storage":
        return Response.json({ fileSizeLimit: 52_428_800, features: {}, migrationVersion: "x" });
      case "GET /postgrest":
        return Response.json(hosted.postgrest);
      case "PATCH /postgrest":
        Object.assign(hosted.postgrest, JSON.parse(body));
        return Response.json(hosted.postgrest);
      case "GET /config/realtime":
        return Response.json(hosted.realtime);
      case "PATCH /config/realtime":
        Object.assign(hosted.realtime, JSON.parse(body));
        return new Response(null, { status: 204 });
      case "POST /cli/login-role":
        return Response.json({ role: "cli_login_postgres", password: "for_a_while", ttl_seconds: 300 }, {
          status: 201,
        });
      case "GET /functions":
        return Response.json([...hosted.functions.values()]);
      case "POST /functions/deploy":
        return Response.json(bundled(query.get("slug") ?? "", body), { status: 201 });
      case "PUT /functions":
        return Response.json({ functions: deployed(hosted, JSON.parse(body)) });
      case "POST /database/query":
        return await run(sql, JSON.parse(body));
      default:
        return problem(404, `Cannot ${line}`);
    }
  }

  return Object.assign(api, {
    url: server.url,
    async [Symbol.asyncDispose]() {
      await server.close();
      await sql.end({ timeout: 1 });
    },
  });
}

function problem(status: number, message: string): Response {
  return Response.json({ message }, { status });
}

/** Runs a statement, with parameters if there are any, and answers as the hosted API does: 201 and the rows. */
async function run(sql: postgres.Sql, { query, parameters }: { query: string; parameters?: string[] }) {
  try {
    return Response.json([...await sql.unsafe(query, parameters ?? [])], { status: 201 });
  } catch (error) {
    const { code, message } = error as postgres.PostgresError;
    return problem(400, `Failed to run sql query: ERROR:  ${code}: ${message}`);
  }
}

function pooler(url: string) {
  const { hostname, username, pathname } = new URL(url.replace(/,[^/]*/, ""));
  return {
    identifier: REF,
    database_type: "PRIMARY",
    is_using_scram_auth: true,
    db_user: username,
    db_host: hostname,
    db_port: 5432,
    db_name: pathname.slice(1),
    connection_string: url,
    connectionString: url,
    default_pool_size: 15,
    max_client_conn: 200,
    pool_mode: "session",
  };
}

/** What the API says of a function whose sources it has got, and which is not deployed yet. */
function bundled(slug: string, metadata: string) {
  const { name, verify_jwt, entrypoint_path, import_map_path } = JSON.parse(metadata);
  return {
    id: crypto.randomUUID(),
    slug,
    name,
    status: "ACTIVE",
    version: 1,
    created_at: Date.now(),
    updated_at: Date.now(),
    verify_jwt,
    entrypoint_path,
    import_map_path,
    ezbr_sha256: "0".repeat(64),
  };
}

/** Deploys them all at once; each gets the version after its last. */
function deployed(hosted: Hosted, functions: { slug: string }[]) {
  return functions.map((made) => {
    const version = (hosted.functions.get(made.slug)?.version ?? 0) + 1;
    const deployed = { ...bundled(made.slug, "{}"), ...made, version };
    hosted.functions.set(made.slug, deployed);
    return deployed;
  });
}
