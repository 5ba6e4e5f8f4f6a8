/** A play with publications: what is done, what there really is at the platform, and what must be true after each move. */
import type { Row, Session } from "./publications_session.ts";
import { isRefusal } from "./publications_session.ts";

/** A move: `which` chooses among those that it can be made with, `how` among its ways. */
export interface PublicationMove {
  kind:
    | "publish"
    | "commit"
    | "observe"
    | "look"
    | "give_up"
    | "pass_time"
    | "reap"
    | "cancel"
    | "retry"
    | "resolve"
    | "fail"
    | "hold"
    | "free"
    | "leave";
  which: number;
  how: number;
}

/** The platform's own books of one job. */
interface Truth {
  /** Posts that are there. */
  posts: number;
  /** A commit that nobody has been told the end of: no other may follow it. */
  isOpen: boolean;
}

interface Work extends Row {
  job_id: string;
  token: string;
  submits: number;
  external_id: string | null;
}

const BROKEN: Record<string, string> = {
  "one at a time": `select connection_id from public.publications p join public.jobs j on j.id = p.job_id
    where j.status = 'processing' or (j.status = 'pending' and j.run_at is null) group by 1 having count(*) > 1`,
  "its line is what its job has come to":
    `select j.id from public.publications p join public.jobs j on j.id = p.job_id
    where p.line <> case when j.status in ('completed', 'failed', 'cancelled') then 'done'
      when j.status = 'processing' or j.run_at is null then 'front'
      when j.run_at >= j.expires_at then 'held' else 'scheduled' end`,
  "nobody who may begin is forgotten":
    `select p.connection_id from public.publications p join public.jobs j on j.id = p.job_id
    where p.line = 'held' and j.start_by > private.now()
      and private.connection_hold(p.connection_id, private.now()) is null
      and not exists (select from public.publications f where f.connection_id = p.connection_id and f.line = 'front')
      and not exists (select from private.freed_connections f where f.connection_id = p.connection_id)`,
  "the ledger is right": "select * from ops.credit_drift()",
  "not both paid back and withheld": `select j.id from public.jobs j where j.refund = 'withheld'
    and exists (select from public.credit_entries where job_id = j.id and kind = 'refund')`,
};

export class PublicationPlay {
  readonly #session: Session;
  readonly #truths = new Map<string, Truth>();
  readonly #story: string[] = [];
  readonly #rules: Record<string, string>;
  #isGone = false;
  #captions = 0;

  private constructor(session: Session, rules: Record<string, string>) {
    this.#session = session;
    this.#rules = { ...BROKEN, ...rules };
  }

  /** `rules`: what else must be true after each move, with a query of what is not so. */
  static async begin(session: Session, rules: Record<string, string> = {}): Promise<PublicationPlay> {
    await session.begin();
    await session.rows("select set_config('esteira.now', '2100-01-01 00:00:00Z', true)");
    await session.rows("insert into auth.users (id, email) values (md5('play')::uuid, 'play@example.test')");
    await session.rows("select ops.grant_credits(md5('play')::uuid, 1000, 'to play')");
    await session.rows(
      `insert into public.connections (id, user_id, platform, external_id)
       select md5('connection' || n)::uuid, md5('play')::uuid, 'x', n::text from generate_series(0, 1) n`,
    );
    return new PublicationPlay(session, rules);
  }

  async undo(): Promise<void> {
    await this.#session.end("rollback");
  }

  async make(move: PublicationMove): Promise<void> {
    this.#story.push(`${move.kind} ${move.which} ${move.how}`);
    await this.#session.rows("savepoint move");
    try {
      await this[move.kind](move);
    } catch (error) {
      // A refusal is an answer. Nothing was done.
      if (!isRefusal(error)) throw error;
      await this.#session.rows("rollback to savepoint move");
    }
    await this.#check();
  }

  /** By the clock alone everything comes to its end. */
  async rest(): Promise<void> {
    for (let days = 0; days < 12; days++) await this.#pass("1 day");
    const restless = await this.#session.rows(
      `select j.id, j.status, j.refund from public.jobs j where j.status in ('pending', 'processing') or j.refund = 'due'
       union all select s.job_id, 'processing', 'none' from private.slots s where s.token is not null
       union all select c.job_id, 'processing', 'none' from private.cancels c`,
    );
    if (restless.length > 0) this.#fail(`never at rest: ${JSON.stringify(restless[0])}`);
  }

  async publish({ which, how }: PublicationMove): Promise<void> {
    if (this.#isGone) return;
    const input = {
      connectionId: null,
      groupId: crypto.randomUUID(),
      caption: `${this.#captions++}`,
      mediaFiles: [],
    };
    await this.#session.rows(
      `select public.create_job(md5('play')::uuid, 'x_post', $1::jsonb || jsonb_build_object(
        'connectionId', md5('connection' || $2::integer)::uuid), p_run_at => private.now() + $3::integer * interval '1 minute')`,
      [input, which % 2, how === 5 ? 90 : 0],
    );
  }

  /** A worker commits, and may die; the platform takes it, refuses it, or its answer is lost before or after it took it. */
  async commit({ which, how }: PublicationMove): Promise<void> {
    const work = await this.#work(which, "true");
    if (!work) return;
    const { verdict } = (await this.#ask(
      'worker.commit_publication($1, $2, null, null, \'{"resubmit": "at_least_once"}\')',
      work,
    )) as {
      verdict: string;
    };
    if (verdict !== "commit") return;
    const truth = this.#truthOf(work.job_id);
    if (truth.isOpen || truth.posts > 0) {
      this.#fail("it was committed again, and nobody knew that it was not there");
    }
    truth.isOpen = true;
    if (how === 0) return; // lost before it took effect
    if (how === 1) {
      const failure =
        '{"class": "wait", "scope": "publication", "code": "busy", "message": "busy", "retry_after_ms": 60000}';
      const answer = await this.#ask(
        `worker.publication_failed($1, $2, '${failure}', 'publication_queue')`,
        work,
      );
      if (answer === "retried" || answer === "failed") truth.isOpen = false;
      return;
    }
    truth.posts++;
    if (how === 2) return; // lost after it took effect
    await this.#ask("worker.committed($1, $2, 'post')", work);
    if (how > 3) await this.#ask("worker.published($1, $2, 'post', null)", work);
  }

  /** Somebody asks the platform, and tells what it says of what was committed. */
  async observe({ which }: PublicationMove): Promise<void> {
    const work = await this.#work(which, "a.submits > 0", true);
    if (!work) return;
    if (this.#truthOf(work.job_id).posts > 0) await this.#ask("worker.published($1, $2, 'post', null)", work);
  }

  /** Somebody looks for what may be there, and there is nothing, or says that nothing will come of it. */
  async look({ which, how }: PublicationMove): Promise<void> {
    const work = await this.#work(which, "a.submits > 0");
    if (!work) return;
    const truth = this.#truthOf(work.job_id);
    if (truth.posts > 0) return;
    if (how < 4) {
      if (Number(await this.#ask("worker.none_found($1, $2)", work)) >= 2) truth.isOpen = false;
      return;
    }
    const failure = `{"class": "${
      how === 4 ? "never" : "backoff"
    }", "scope": "publication", "code": "no", "message": "no"}`;
    const answer = await this.#ask(
      `worker.publication_failed($1, $2, '${failure}', 'publication_queue', null, true)`,
      work,
    );
    if (answer === "failed" || answer === "retried") truth.isOpen = false;
  }

  /** Whatever keeps a worker from going on says nothing of what was committed. */
  async fail({ which, how }: PublicationMove): Promise<void> {
    const work = await this.#work(which, "a.submits = 0 or a.external_id is not null");
    if (!work) return;
    const kind = ["never", "backoff", "wait", "reconnect", "pause", "unknown"][how];
    const failure =
      `{"class": "${kind}", "scope": "connection", "code": "no", "message": "no", "retry_after_ms": 60000}`;
    await this.#ask(`worker.publication_failed($1, $2, '${failure}', 'publication_queue')`, work);
  }

  async give_up({ which, how }: PublicationMove): Promise<void> {
    const work = await this.#work(which, "true");
    if (work && how < 3) await this.#ask("worker.submit_unknown($1, $2)", work);
    else if (work) await this.#ask("worker.deadline_passed($1, $2, 'late')", work);
  }

  async pass_time({ how }: PublicationMove): Promise<void> {
    await this.#pass(["1 second", "61 seconds", "3 minutes", "20 minutes", "31 minutes", "3 hours"][how]!);
  }

  /** The parts of the schedules that may do something here. */
  async reap(): Promise<void> {
    await this.#session.rows(
      `select private.give_up_overdue_jobs(), private.end_expired_jobs(), private.give_up_old_tasks(),
         private.end_holds(private.now())`,
    );
    await this.#session.rows("select private.tend_publications(), private.dispatch('publication')");
  }

  async cancel({ which }: PublicationMove): Promise<void> {
    const job = await this.#job(which, "j.status in ('pending', 'processing')");
    if (job) await this.#session.rows("select public.cancel_job($1)", [job]);
  }

  async retry({ which }: PublicationMove): Promise<void> {
    const job = await this.#job(which, "j.status in ('failed', 'cancelled')");
    if (!job) return;
    await this.#session.rows("select public.retry_job($1)", [job]);
    const [{ resolved } = { resolved: null }] = await this.#session.rows(
      "select resolved from public.publications where job_id = $1",
      [job],
    );
    if (this.#truthOf(job).posts > 0 && resolved !== "not_there") this.#fail("what is there is done again");
  }

  async resolve({ which, how }: PublicationMove): Promise<void> {
    const job = await this.#job(which, "p.unknown_at is not null");
    if (!job) return;
    await this.#session.rows("select public.resolve_publication($1, $2)", [
      job,
      how % 2 ? "there" : "not_there",
    ]);
  }

  async hold({ which }: PublicationMove): Promise<void> {
    await this.#session.rows(
      "select private.hold_connection(md5('connection' || $1::integer)::uuid, 'limited', private.now() + interval '10 minutes', 'busy', 'busy')",
      [which % 2],
    );
  }

  async free(): Promise<void> {
    await this.#session.rows(
      `with live as (update public.connections set state = 'live', state_code = null, state_message = null
         where state = 'reconnect_needed' returning id) select private.connection_freed(id) from live`,
    );
  }

  async leave(): Promise<void> {
    await this.#session.rows("delete from auth.users where id = md5('play')::uuid");
    this.#isGone = true;
  }

  async #check(): Promise<void> {
    for (const [sentence, query] of Object.entries(this.#rules)) {
      const rows = await this.#session.rows(query);
      if (rows.length > 0) this.#fail(`not so: ${sentence}: ${JSON.stringify(rows[0])}`);
    }
    const jobs = await this.#session.rows<
      { id: string; status: string; error_code: string | null; refund: string; resolved_how: string | null }
    >(
      `select j.id, j.status, j.error_code, j.refund, p.resolved_how from public.jobs j join public.publications p on p.job_id = j.id`,
    );
    for (const { id, status, error_code, refund, resolved_how } of jobs) {
      const { posts } = this.#truthOf(id);
      if (status === "completed" && posts !== 1) this.#fail(`${posts} posts of one that is completed`);
      if (posts === 0) continue;
      if (status === "cancelled" || (status === "failed" && error_code !== "outcome_unknown")) {
        this.#fail(`it is there, and was said to be ${status} (${error_code})`);
      }
      if (refund === "paid" && !["user", "operator", "time"].includes(resolved_how ?? "")) {
        this.#fail("it is there, and was paid back");
      }
    }
  }

  async #pass(time: string): Promise<void> {
    await this.#session.rows(
      "select set_config('esteira.now', (private.now() + $1::interval)::text, true)",
      [time],
    );
    await this.reap();
  }

  #truthOf(job: string): Truth {
    const truth = this.#truths.get(job) ?? { posts: 0, isOpen: false };
    this.#truths.set(job, truth);
    return truth;
  }

  async #work(which: number, condition: string, isEnded = false): Promise<Work | undefined> {
    const works = await this.#session.rows<Work>(
      `select a.job_id, a.token, a.submits, a.external_id from public.job_attempts a
       join public.publications p on p.job_id = a.job_id
       where ${
        isEnded ? "true" : "a.outcome is null"
      } and (${condition}) order by p.ticket, p.job_id, a.attempt`,
    );
    return works[which % Math.max(works.length, 1)];
  }

  async #job(which: number, condition: string): Promise<string | undefined> {
    const jobs = await this.#session.rows<{ id: string }>(
      `select j.id from public.jobs j join public.publications p on p.job_id = j.id where ${condition} order by p.ticket, j.id`,
    );
    return jobs[which % Math.max(jobs.length, 1)]?.id;
  }

  async #ask(call: string, { job_id, token }: Work): Promise<unknown> {
    return (await this.#session.row(`select ${call} as answer`, [job_id, token])).answer;
  }

  #fail(why: string): never {
    throw new Error(`${why}, after\n${this.#story.join("\n")}`);
  }
}
