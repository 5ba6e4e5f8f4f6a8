/**
 * A month of people who post, in a minute: the engine's own SQL on a clock that is moved, with a model in place of
 * workers and platforms. What comes of it is judged by the platforms' own books.
 */
import { type PlatformName, PLATFORMS } from "../../shared/words/platforms.ts";
import { randomOf } from "../world/random.ts";
import { keepAlive } from "./access.ts";
import { Agenda } from "./agenda.ts";
import { type Books, type Connections, keyOf, signInAgain, signUp } from "./crowd.ts";
import { Database } from "./database.ts";
import { type Wish, wishesOf } from "./people.ts";
import { type Outage, PlatformBooks } from "./platform_books.ts";
import { TERMS, termsIn } from "./platform_terms.ts";
import { type Done, Workers } from "./worker.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const START = Date.parse("2030-03-01T00:00:00Z"); // clocks go forward in California on the 10th
const DAYS = 30;
/** How often the schedules look after what has no time of its own. */
const LOOK_HOURS = 3;
/** What is done a week after the last wish is done by then: who nobody knows of is paid back after seven days. */
const REST_DAYS = 9;

/** What goes wrong in the month; null: nothing. */
export interface Weather {
  readonly outage: { readonly platform: PlatformName; readonly from: number; readonly to: number };
  /** A version that ends, and when an operator has gone over to the next. */
  readonly sunset: {
    readonly platform: PlatformName;
    readonly version: string;
    readonly at: number;
    readonly next: string;
    readonly movedAt: number;
  };
}

export const WEATHER: Weather = {
  outage: { platform: "threads", from: START + 18 * DAY, to: START + 19 * DAY },
  sunset: {
    platform: "linkedin",
    version: "202608",
    at: START + 12 * DAY,
    next: "203001",
    movedAt: START + 12 * DAY + 15 * HOUR,
  },
};

/** A publication as it has ended. */
export interface Ended extends Record<string, unknown> {
  readonly id: string;
  readonly platform: PlatformName;
  readonly status: string;
  readonly error_code: string | null;
  readonly refund: string;
  readonly due_at: number;
  readonly ended_at: number | null;
}

export interface Month {
  readonly wishes: readonly Wish[];
  readonly ended: readonly Ended[];
  readonly books: Books;
  readonly done: Done;
  readonly drift: readonly unknown[];
  readonly leftovers: readonly unknown[];
  /** When the alert of the version that ends was opened and closed; null: never. */
  readonly alert: { readonly openedAt: number | null; readonly closedAt: number | null };
  /** How often each platform was paused, and until when, as it was seen by the hour. */
  readonly pauses: ReadonlyMap<PlatformName, number>;
  readonly reconnects: number;
  readonly seconds: number;
}

export async function simulate(
  { people, seed, scale, weather }: { people: number; seed: number; scale: number; weather: Weather | null },
): Promise<Month> {
  const startedAt = performance.now();
  const database = await Database.start(START);
  try {
    const run = new Run(database, people, seed, scale, weather);
    return { ...await run.month(), seconds: (performance.now() - startedAt) / 1000 };
  } finally {
    await database.close();
  }
}

class Run {
  readonly #agenda = new Agenda();
  readonly #books: Books;
  readonly #workers: Workers;
  readonly #wishes: Wish[];
  readonly #pauses = new Map<PlatformName, number>();
  readonly #ids = new Map<string, number>();
  readonly #reconnecting = new Set<string>();
  #connections: Connections = new Map();
  #reconnects = 0;

  constructor(
    private readonly database: Database,
    private readonly people: number,
    private readonly seed: number,
    private readonly scale: number,
    private readonly weather: Weather | null,
  ) {
    this.#books = booksIn(weather, scale);
    this.#workers = new Workers(database, this.#books, this.#agenda, randomOf(seed + 1));
    this.#wishes = wishesOf({ people, days: DAYS, start: START, random: randomOf(seed), scale });
  }

  async month(): Promise<Omit<Month, "seconds">> {
    const { database, people, weather } = this;
    await prepare(database, weather, this.scale);
    this.#connections = await signUp(database, this.#books, {
      people,
      start: START,
      random: randomOf(this.seed + 2),
    });
    for (const [n, wish] of this.#wishes.entries()) this.#agenda.add(wish.at, () => this.#ask(wish, n));
    for (let hour = 0; hour < (DAYS + REST_DAYS) * 24; hour += LOOK_HOURS) {
      this.#agenda.add(START + hour * HOUR, () => this.#lookAfter(hour));
    }
    if (weather) this.#agenda.add(weather.sunset.movedAt, () => this.#moveVersion(weather.sunset));
    await this.#live(START + (DAYS + REST_DAYS) * DAY);
    return {
      wishes: this.#wishes,
      ended: await endedIn(database, this.#ids),
      books: this.#books,
      done: this.#workers.done,
      drift: await database.rows("select * from ops.credit_drift()"),
      leftovers: await database.rows(LEFTOVERS),
      alert: await alertIn(database),
      pauses: this.#pauses,
      reconnects: this.#reconnects,
    };
  }

  /** Lets time pass from one thing that happens to the next, until then. */
  async #live(until: number): Promise<void> {
    const { database } = this;
    for (let due = database.now; database.now < until;) {
      due = await database.pass(Math.min(due, this.#agenda.next(), until));
      for (let act = this.#agenda.take(database.now); act; act = this.#agenda.take(database.now)) await act();
      await this.#workers.receive();
      due = Math.min(due, await database.nextDue());
    }
  }

  async #ask({ person, platform, at, dueAt }: Wish, n: number): Promise<void> {
    const input = {
      connectionId: this.#connections.get(keyOf(person, platform)) ?? null,
      groupId: crypto.randomUUID(),
      caption: `Number ${n}`,
      mediaFiles: [],
    };
    const wish = {
      n: 0,
      tool: TERMS[platform].option,
      input,
      run_at: dueAt > at ? new Date(dueAt).toISOString() : null,
    };
    const [row] = await this.database.rows<{ id: string }>(
      `select answer #>> '{jobs,0,job,id}' as id
       from worker.enqueue_publications(md5('person ' || $1::integer)::uuid, $2) answer`,
      [person, [wish]],
    );
    if (row?.id) this.#ids.set(row.id, n);
  }

  async #lookAfter(hour: number): Promise<void> {
    const { database } = this;
    await database.call("simulation.look_after", { p_is_midnight: hour % 24 === 0 });
    await keepAlive(database, (platform) => this.#books[platform as PlatformName]);
    const paused = await database.rows<{ platform: PlatformName }>(
      "select platform from private.platforms where paused_until > private.now()",
    );
    for (const { platform } of paused) this.#pauses.set(platform, (this.#pauses.get(platform) ?? 0) + 1);
    await this.#noticeEnds();
  }

  /** Whoever has to connect an account anew does so within a day. */
  async #noticeEnds(): Promise<void> {
    const { database } = this;
    const lost = await database.rows<
      { id: string; user_id: string; platform: PlatformName; external_id: string }
    >(
      "select id, user_id, platform, external_id from public.connections where state = 'reconnect_needed'",
    );
    for (const [n, { id, user_id, platform, external_id }] of lost.entries()) {
      if (this.#reconnecting.has(id)) continue;
      this.#reconnecting.add(id);
      this.#agenda.add(database.now + (1 + n % 23) * HOUR, async () => {
        this.#reconnecting.delete(id);
        this.#reconnects++;
        await signInAgain(database, this.#books[platform], user_id, external_id);
      });
    }
  }

  async #moveVersion({ platform, next }: Weather["sunset"]): Promise<void> {
    await this.database.rows("update private.platforms set api_version = $2 where platform = $1", [
      platform,
      next,
    ]);
    await this.database.call("ops.resume_platform", { p_platform: platform });
  }
}

function booksIn(weather: Weather | null, scale: number): Books {
  const entries = PLATFORMS.map((name): [PlatformName, PlatformBooks] => {
    const outages: Outage[] = weather?.outage.platform === name ? [weather.outage] : [];
    const sunsets = weather?.sunset.platform === name ? { [weather.sunset.version]: weather.sunset.at } : {};
    return [name, new PlatformBooks(name, termsIn(scale, name), outages, sunsets)];
  });
  return Object.fromEntries(entries) as Books;
}

/** What an operator has set: tools that are on, an app at each platform, LinkedIn's limit as its portal shows it. */
async function prepare(database: Database, weather: Weather | null, scale: number): Promise<void> {
  await database.rows(
    "update public.tools set is_enabled = true, settings = '{}' where lane = 'publication'",
  );
  await database.rows("update private.limits set maximum = null where limit_name like 'creates_a_minute%'");
  await database.rows(
    `update private.platforms set connection_post_limit = 100, connection_post_window = '1 day'
     where platform = 'linkedin'`,
  );
  await database.rows(
    `update private.platforms set post_limit = ceil(post_limit / $1::float8),
       connection_post_limit = ceil(connection_post_limit / $1::float8)`,
    [scale],
  );
  await database.rows("select ops.set_secret('app', 'secret')");
  await database.rows("select ops.set_platform(platform, 'app', 'app') from private.platforms");
  if (!weather) return;
  const { platform, version, at, next } = weather.sunset;
  await database.rows(
    `insert into private.platform_versions values ($1, $2, $3), ($1, $4, null)
     on conflict (platform, version) do update set sunset_at = excluded.sunset_at`,
    [platform, version, new Date(at).toISOString(), next],
  );
  // The alert is due before the month begins: the days before it are looked at one by one.
  for (let day = at - 62 * DAY; day < START; day += 6 * HOUR) {
    await database.rows("select set_config('esteira.now', $1, false), private.alerts_tick()", [
      new Date(day).toISOString(),
    ]);
  }
}

const LEFTOVERS = `
  select 'a slot' as what, token::text as whose from private.slots s join private.accounts a using (account_id)
    where a.lane = 'publication' and s.token is not null
  union all select 'a message', message ->> 'job_id' from pgmq.q_publication_queue
  union all select 'a line that is not done', job_id::text from public.publications where line <> 'done'
  union all select 'a note of a line', connection_id::text from private.freed_connections
  union all select 'a task to be stopped', job_id::text from private.cancels where lane = 'publication'`;

async function endedIn(database: Database, ids: ReadonlyMap<string, number>): Promise<Ended[]> {
  const rows = await database.rows<Ended>(
    `select j.id, p.platform, j.status::text, j.error_code, j.refund::text,
       extract(epoch from j.completed_at)::float8 * 1000 as ended_at,
       extract(epoch from greatest(j.created_at, (
         select (entry ->> 'run_at')::timestamptz from jsonb_array_elements(j.step_history) entry
         where entry ->> 'step' = 'queued' limit 1)))::float8 * 1000 as due_at
     from public.publications p join public.jobs j on j.id = p.job_id`,
  );
  return rows.filter(({ id }) => ids.has(id)).toSorted((one, other) =>
    (ids.get(one.id) ?? 0) - (ids.get(other.id) ?? 0)
  );
}

async function alertIn(database: Database): Promise<Month["alert"]> {
  const [row] = await database.rows<{ opened: number; closed: number | null }>(
    `select extract(epoch from a.opened_at)::float8 * 1000 as opened,
       extract(epoch from a.closed_at)::float8 * 1000 as closed
     from ops.alerts a join ops.alert_rules r on r.name = a.rule where r.count_name = 'api versions ending'
     order by a.opened_at limit 1`,
  );
  return { openedAt: row?.opened ?? null, closedAt: row?.closed ?? null };
}
