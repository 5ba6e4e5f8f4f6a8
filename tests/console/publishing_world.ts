/** Publications of every kind over three days, made as a worker makes them; nobody else works on them. */
import type postgres from "postgres";
import type { Person } from "./console_world.ts";

export const DAY_MS = 86_400_000;

export interface Published {
  /** Jobs by what became of them. */
  readonly ids: Readonly<Record<"published" | "failed" | "unknown" | "other" | "scheduled", string>>;
  /** Yesterday and tomorrow at noon, in São Paulo as at Greenwich. */
  readonly yesterday: Date;
  readonly tomorrow: Date;
  /** The account whose name is "Loja". */
  readonly connection: string;
}

const GROUP = "5f8e7a4e-0000-4000-8000-000000000001";

/** A user's publications: two of yesterday were sent together, of which one is there; of two more nobody knows. */
export async function publishSome(sql: postgres.Sql, { userId }: Person): Promise<Published> {
  const noon = Math.floor(Date.now() / DAY_MS) * DAY_MS + 15 * 3_600_000;
  const [yesterday, tomorrow] = [new Date(noon - DAY_MS), new Date(noon + DAY_MS)];
  await sql`select cron.alter_job(jobid, active => false) from cron.job`;
  await sql`update public.tools set is_enabled = true, settings = '{}' where lane = 'publication'`;
  await sql`select ops.grant_credits(${userId}, 100, 'a browser test')`;
  const connect = (platform: string, name: string) =>
    sql<{ id: string }[]>`
      insert into public.connections (user_id, platform, external_id, display_name, scopes, checked_at)
      values (${userId}, ${platform}, ${name}, ${name}, '{tweet.write}', now()) returning id`.then(([row]) =>
      row!.id
    );
  const connection = await connect("x", "Loja");
  const others = [await connect("x", "Outra"), await connect("x", "Terceira")];
  const pictures = await connect("instagram", "Fotos");

  const ids = await sql.begin(async (sql) => {
    const at = (moment: Date) => sql`select set_config('esteira.now', ${moment.toISOString()}, true)`;
    const create = async (tool: string, to: string, caption: string, runAt: Date | null = null) => {
      const input = {
        connectionId: to,
        groupId: caption === "Natal" ? GROUP : crypto.randomUUID(),
        caption,
        mediaFiles: [],
      };
      const [job] = await sql<{ id: string }[]>`
        select id from public.create_job(${userId}, ${tool}, ${sql.json(input)}, p_run_at => ${runAt})`;
      return job!.id;
    };
    await at(yesterday);
    const published = await create("x_post", connection, "Natal");
    const failed = await create("instagram_feed", pictures, "Natal");
    const unknown = await create("x_post", others[0]!, "Sem resposta");
    const other = await create("x_post", others[1]!, "Sem resposta também");
    const tokens = new Map(
      (await sql<{ job_id: string; token: string }[]>`select job_id, token from public.job_attempts`)
        .map(({ job_id, token }) => [job_id, token]),
    );
    for (const id of [unknown, other]) {
      await sql`select worker.commit_publication(${id}, ${tokens.get(
        id,
      )!}, p_terms => '{"resubmit": "at_least_once"}')`;
      await sql`select worker.submit_unknown(${id}, ${tokens.get(id)!})`;
    }
    await at(new Date(yesterday.getTime() + 20_000));
    await sql`select worker.published(${published}, ${tokens.get(
      published,
    )!}, 'post-1', 'https://x.test/post-1')`;
    const said = {
      class: "never",
      scope: "publication",
      code: "media_refused",
      message: "The picture is too small.",
    };
    await sql`select worker.publication_failed(${failed}, ${tokens.get(failed)!}, ${sql.json(said)})`;
    await sql`select set_config('esteira.now', '', true)`;
    const scheduled = await create("x_post", connection, "Ano novo", tomorrow);
    return { published, failed, unknown, other, scheduled };
  });
  return { ids, yesterday, tomorrow, connection };
}
