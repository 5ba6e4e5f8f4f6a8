/** The engine's database, on a clock that is moved. */
import postgres from "postgres";
import { startDatabase } from "@esteira/local-supabase/postgres";
import { readProject } from "@esteira/local-supabase/project";
import { SUPABASE } from "../../scripts/paths.ts";

const HARNESS = new URL("./simulation.sql", import.meta.url);

/** A row as postgres.js gives it. */
export type Row = Record<string, unknown>;
export type Value = string | number | boolean | object | null;

/** One session, in which the time is what it was moved to. */
export class Database {
  /** Milliseconds since 1970. */
  now: number;

  private constructor(
    private readonly sql: postgres.Sql,
    private readonly stop: () => Promise<void>,
    startAt: number,
  ) {
    this.now = startAt;
  }

  /** Starts one with the engine in it. */
  static async start(startAt: number): Promise<Database> {
    const project = await readProject(SUPABASE);
    const seed = `${project.seed};\n${await Deno.readTextFile(HARNESS)}`;
    const cluster = await startDatabase({ ...project, seed });
    const connection = { statement_timeout: 60_000 };
    const sql = postgres(cluster.url(), { max: 1, fetch_types: false, onnotice: () => {}, connection });
    const database = new Database(sql, () => cluster.stop(), startAt);
    await database.rows("select set_config('esteira.now', $1, false)", [new Date(startAt).toISOString()]);
    return database;
  }

  async close(): Promise<void> {
    await this.sql.end({ timeout: 1 });
    await this.stop();
  }

  /** The rows of a query with $1, $2, … for `values`. */
  async rows<T extends Row = Row>(query: string, values: readonly Value[] = []): Promise<T[]> {
    return await this.sql.unsafe<T[]>(query, [...values] as postgres.ParameterOrJSON<never>[]);
  }

  /** What a function of the engine returns, by its named arguments. */
  async call<T>(name: string, args: Readonly<Record<string, Value>>): Promise<T> {
    const named = Object.keys(args).map((key, n) => `${key} => $${n + 1}`).join(", ");
    const [row] = await this.rows<{ answer: T }>(`select ${name}(${named}) as answer`, Object.values(args));
    if (!row) throw new Error(`${name} returned nothing`);
    return row.answer;
  }

  /** Moves the clock. Returns when something in the database is due next; Infinity: nothing is. */
  async pass(to: number): Promise<number> {
    this.now = Math.max(this.now, to);
    return this.#in(await this.call("simulation.pass", { p_to: this.#iso() }));
  }

  /** When something in the database is due next. */
  async nextDue(): Promise<number> {
    return this.#in(await this.call("simulation.next_due", { p_at: this.#iso() }));
  }

  #iso(): string {
    return new Date(this.now).toISOString();
  }

  #in(seconds: number | null): number {
    return seconds === null ? Infinity : this.now + Math.max(Math.ceil(seconds), 1) * 1000;
  }
}
