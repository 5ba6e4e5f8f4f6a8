/** How the benchmarks reach a database: by the driver that every contender uses which can be called in SQL. */
import postgres from "postgres";

/** A pool of connections. */
export type Sql = postgres.Sql;

/** Opens a pool of up to `connections` connections. */
export function connect(url: string, connections: number): Sql {
  return postgres(url, { max: connections, onnotice: () => {} });
}

/** The same address as the superuser, who may do what a fixture needs. */
export function asSuperuser(url: string): string {
  return url.replace("//postgres:", "//supabase_admin:");
}
