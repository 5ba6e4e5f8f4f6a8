/** A project with rows and users, in one process with the pages that hold them. */
import { createClient } from "@supabase/supabase-js";
import { type FakeAuth, fakeAuth } from "./fake_auth.ts";
import { FakeClock, type Page } from "./fake_clock.ts";
import { FakeRealtime } from "./fake_realtime.ts";
import { FakeBrowser } from "./fake_browser.ts";

/** Whoever asks: its requests take their time, and may be lost. */
export interface Traveller {
  travel(signal?: AbortSignal): Promise<void>;
}

export const KEY = "sb_publishable_fake";

export class FakeProject {
  readonly clock: FakeClock;
  readonly auth: FakeAuth;
  readonly realtime: FakeRealtime;
  readonly browser: FakeBrowser;
  /** user → row → version */
  readonly rows = new Map<string, Map<string, number>>();
  /** False: the project does not answer. */
  isUp = true;
  /** True: snapshots are answered with an error. */
  isBroken = false;
  /** Snapshots that screens began to read: when, and on which page. */
  readonly reads: { at: number; page: Page; reason: string; isVisible: boolean }[] = [];
  readonly requests: string[] = [];
  /** Of which supabase-js the pages are. */
  createClient: typeof createClient = createClient;
  uuids = 0;

  constructor(clock = new FakeClock()) {
    this.clock = clock;
    this.auth = fakeAuth(clock);
    this.realtime = new FakeRealtime(clock, this.auth);
    this.browser = new FakeBrowser(clock);
  }

  /** Commits a change of a row; returns its version. */
  commit(userId: string, row: string): number {
    const mine = this.rows.get(userId) ?? new Map<string, number>();
    this.rows.set(userId, mine);
    const version = (mine.get(row) ?? 0) + 1;
    mine.set(row, version);
    return version;
  }

  rowsOf(userId: string | null | undefined): Record<string, number> {
    return userId ? Object.fromEntries(this.rows.get(userId) ?? []) : {};
  }

  /** The functions' end of a request by a page. */
  async answer(tab: Traveller, token: string | null, signal?: AbortSignal) {
    await tab.travel(signal);
    const userId = this.auth.userOf(token);
    if (this.isBroken) throw Object.assign(new Error("internal_error"), { status: 500 });
    if (userId === null) throw Object.assign(new Error("unauthenticated"), { status: 401 });
    const rows = this.rowsOf(userId);
    await tab.travel(signal);
    return { userId, rows };
  }

  fetch(tab: Traveller): typeof fetch {
    return async (input, init) => {
      const url = new URL(String(input instanceof Request ? input.url : input));
      this.requests.push(url.pathname + url.search);
      await tab.travel();
      const body = init?.body ? JSON.parse(String(init.body)) : {};
      const found = this.#auth(url, body);
      await tab.travel();
      return response(found.status, found.body);
    };
  }

  #auth(url: URL, body: { email?: string; refresh_token?: string }): { status: number; body: unknown } {
    if (url.pathname.endsWith("/token")) {
      const session = url.searchParams.get("grant_type") === "password"
        ? this.auth.signIn(body.email ?? "")
        : this.auth.renew(body.refresh_token ?? "");
      if (session) return { status: 200, body: session };
      return { status: 400, body: { code: "refresh_token_not_found", msg: "Invalid Refresh Token" } };
    }
    return { status: url.pathname.endsWith("/logout") ? 204 : 404, body: {} };
  }
}

/** Runs a test whose timers are the project's. */
export async function withProject(run: (project: FakeProject) => Promise<void>): Promise<void> {
  const project = new FakeProject();
  const restore = project.clock.install();
  const spoken = [console.warn, console.error] as const;
  console.warn = console.error = () => {}; // supabase.auth says there what it also answers with
  try {
    await run(project);
  } finally {
    [console.warn, console.error] = spoken;
    restore();
  }
}

function response(status: number, body: unknown): Response {
  return {
    ok: status < 400,
    status,
    headers: new Headers(),
    json: () => Promise.resolve(body),
    text: () => Promise.resolve(JSON.stringify(body)),
  } as Response;
}
