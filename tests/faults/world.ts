/** A stack with lanes that nobody works but the tests, and users who sign in wherever they want. */
import type postgres from "postgres";
import type { LocalOptions } from "../world/deployment.ts";
import { type Environment, startEnvironment } from "../world/environment.ts";
import type { SimulatorOptions } from "../world/simulators.ts";

/** A user who signs in, in as many places as it wants. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly projectId: string;
  /**
   * Lane and tool of its jobs, shared with nobody else. They are claimed by a worker outside, so that no provider has a
   * say in what happens when.
   */
  readonly lane: string;
}

export interface World {
  readonly environment: Environment;
  readonly sql: postgres.Sql;
  readonly apiPort: number;
  /** Makes a user with credits and a project. */
  person(): Promise<Person>;
  close(): Promise<void>;
}

export async function startWorld(options: LocalOptions & SimulatorOptions = {}): Promise<World> {
  const environment = await startEnvironment(options);
  const { sql, deployment } = environment;
  let people = 0;
  return {
    environment,
    sql,
    apiPort: Number(new URL(deployment.apiUrl).port),
    async person() {
      const [email, password] = [`${crypto.randomUUID()}@example.com`, crypto.randomUUID()];
      const { data, error } = await environment.anonymous().auth.signUp({ email, password });
      if (error || !data.user) throw error ?? new Error("Signing up gave no user");
      const { id } = data.user;
      await sql`select ops.grant_credits(${id}, 1000)`;
      const content = { nodes: [{ id: "n1", type: "image", data: {} }] };
      const [project] = await sql`
        insert into public.projects (user_id, content) values (${id}, ${sql.json(content)}) returning id`;
      const lane = `faults_${++people}`;
      await createLane(sql, lane);
      return { id, email, password, projectId: String(project?.["id"]), lane };
    },
    close: () => environment.close(),
  };
}

async function createLane(sql: postgres.Sql, lane: string): Promise<void> {
  await sql`select private.create_lane(p_lane => ${lane}, p_provider => ${lane}, p_delivery => 'pull')`;
  await sql`select ops.add_account(p_lane => ${lane}, p_name => ${lane}, p_secret_name => null, p_capacity => 100)`;
  await sql`
    insert into public.tools (tool, lane, titles, credit_cost, effect, settings)
    values (${lane}, ${lane}, '{"en": "Faults"}', 1, 'project_node', '{"input_schema": {"type": "object"}}')`;
  await sql`
    update private.lanes set max_active_per_user = null, max_waiting_per_user = null, lease = '10 minutes',
      cancel_refund = 'always'
    where lane = ${lane}`;
}
