/** A hosted project as the Management API knows it: new, empty, with the keys that new projects have. */

/** The project's ref, and the token that reaches it. */
export const REF = "abcdefghijklmnopqrst";
export const TOKEN = `sbp_${"0123456789".repeat(4)}`;

export interface ApiKey {
  id: string | null;
  name: string;
  type: "legacy" | "publishable" | "secret";
  api_key: string;
}

export interface Hosted {
  project: {
    id: string;
    ref: string;
    organization_id: string;
    organization_slug: string;
    name: string;
    region: string;
    created_at: string;
    status: string;
    database: { host: string; version: string; postgres_engine: string; release_channel: string };
  };
  apiKeys: ApiKey[];
  signingKeys: { id: string; algorithm: string; status: string; created_at: string; updated_at: string }[];
  postgrest: Record<string, unknown> & { db_schema: string };
  realtime: Record<string, unknown> & { private_only: boolean | null };
  functions: Map<string, { slug: string; version: number; status: string; verify_jwt?: boolean }>;
}

const BORN = "2026-01-01T00:00:00Z";

/** As it is on its first day. */
export function freshHosted(): Hosted {
  return {
    project: {
      id: REF,
      ref: REF,
      organization_id: "org",
      organization_slug: "org",
      name: "production",
      region: "eu-west-1",
      created_at: BORN,
      status: "ACTIVE_HEALTHY",
      database: {
        host: `db.${REF}.example.invalid`,
        version: "17.6.1",
        postgres_engine: "17",
        release_channel: "ga",
      },
    },
    apiKeys: [
      { id: null, name: "anon", type: "legacy", api_key: "eyJhbGciOiJIUzI1NiJ9.e30.anon" },
      { id: null, name: "service_role", type: "legacy", api_key: "eyJhbGciOiJIUzI1NiJ9.e30.service" },
      {
        id: crypto.randomUUID(),
        name: "default",
        type: "publishable",
        api_key: "sb_publishable_of_this_project",
      },
      { id: crypto.randomUUID(), name: "default", type: "secret", api_key: "sb_secret_of_this_project" },
    ],
    signingKeys: [
      { id: crypto.randomUUID(), algorithm: "ES256", status: "in_use", created_at: BORN, updated_at: BORN },
    ],
    postgrest: {
      db_schema: "public,graphql_public",
      db_extra_search_path: "public, extensions",
      max_rows: 1000,
      db_pool: null,
      db_pool_acquisition_timeout: 10,
      db_pool_max_lifetime: 1800,
      db_pool_max_idletime: 30,
    },
    realtime: { private_only: false, max_concurrent_users: 200, suspend: false },
    functions: new Map(),
  };
}
