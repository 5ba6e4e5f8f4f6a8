/**
 * As much of Supabase's Management API as `supabase config diff` and `config push` ask: the settings of one hosted project,
 * which somebody has set otherwise than a development stack has them. It answers as the CLI 3.1.0 reads it.
 */
import { serveLocally } from "@esteira/simulators/kit/http_server";

/** The project's ref. */
export const REF = "abcdefghijklmnopqrst";

export interface ManagementApi extends AsyncDisposable {
  readonly url: string;
  /** Everything that was asked for, as `GET /v2/…`. */
  readonly requests: readonly string[];
}

/** Starts it on a free port. */
export function startManagementApi(): ManagementApi {
  const requests: string[] = [];
  const server = serveLocally((request) => {
    const { pathname } = new URL(request.url);
    requests.push(`${request.method} ${pathname}`);
    if (request.method !== "GET") return new Response(null, { status: 500 });
    if (pathname === `/v2/projects/${REF}/config`) return Response.json(CONFIG);
    if (pathname === `/v1/projects/${REF}`) return Response.json(PROJECT);
    return Response.json({ message: "Not found" }, { status: 404 });
  });
  return { url: server.url, requests, [Symbol.asyncDispose]: () => server.close() };
}

const PROJECT = {
  id: REF,
  ref: REF,
  organization_id: "org",
  organization_slug: "org",
  name: "production",
  region: "eu-west-1",
  created_at: "2026-01-01T00:00:00Z",
  status: "ACTIVE_HEALTHY",
  database: { host: "db", version: "17.6.1", postgres_engine: "17", release_channel: "ga" },
};

const DISABLED = { enabled: false };
const CONFIG = {
  data: {
    type: "project_config",
    id: REF,
    attributes: {
      database: {
        major_version: 17,
        ssl_enforced: true,
        network_restrictions: { entitlement: "allowed", status: "applied", allowed_cidrs: [] },
        postgres_settings: {},
      },
      pooler: {
        pool_mode: "transaction",
        ignore_startup_parameters: "",
        server_idle_timeout: 60,
        server_lifetime: 3600,
        query_wait_timeout: 120,
        reserve_pool_size: 0,
        default_pool_size: 15,
        max_client_conn: 200,
      },
      auth: {
        site_url: "https://app.example.com",
        uri_allow_list: "https://app.example.com/**",
        jwt_exp: 1800,
        password_min_length: 12,
        mailer_autoconfirm: false,
        disable_signup: true,
        external_email_enabled: true,
      },
      api: {
        db_schema: "public,graphql_public",
        db_extra_search_path: "public, extensions",
        max_rows: 1000,
        db_pool_acquisition_timeout: 10,
        db_pool_max_lifetime: 1800,
        db_pool_max_idletime: 30,
        db_pool: null,
      },
      realtime: {
        private_only: false,
        max_concurrent_users: 200,
        max_events_per_second: 100,
        max_bytes_per_second: 100_000,
        max_channels_per_client: 100,
        max_joins_per_second: 100,
        max_presence_events_per_second: 100,
        max_payload_size_in_kb: 100,
        presence_enabled: true,
        suspend: false,
        connection_pool: 2,
        postgres_changes_pool: null,
      },
      storage: {
        file_size_limit: 50 * 1024 * 1024,
        features: {
          image_transformation: { enabled: true },
          s3_protocol: { enabled: true },
          purge_cache: DISABLED,
          iceberg_catalog: { ...DISABLED, max_namespaces: 0, max_tables: 0, max_catalogs: 0 },
          vector_buckets: { ...DISABLED, max_buckets: 0, max_indexes: 0 },
        },
        capabilities: { list_v2: true, iceberg_catalog: false, object_versioning: false },
        upstream_target: "main",
        migration_version: null,
      },
    },
  },
};
