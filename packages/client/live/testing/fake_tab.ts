/** One page of the browser: the real supabase-js, the real link, everything around them fake. */
import type { SupabaseClient } from "@supabase/supabase-js";
import { createLink, type LinkOptions } from "../create_link.ts";
import type { Link } from "../link.ts";
import type { Surroundings } from "../surroundings.ts";
import { shareChannels } from "../tabs/shared_channels.ts";
import type { Page } from "./fake_clock.ts";
import { type FakeProject, KEY } from "./fake_project.ts";
import { type FakeNetwork, fakeWebSockets } from "./fake_web_socket.ts";

export class FakeTab {
  readonly page: Page = { isFrozen: false, isGone: false, throttle: 1 };
  readonly network: FakeNetwork = { isUp: true, latency: 20 };
  readonly surroundings: Surroundings;
  readonly supabase: SupabaseClient;
  readonly link: Link;
  readonly sockets: Set<{ cut(): void; isHalfOpen: boolean; readyState: number }>;
  isVisible = true;
  isOnline = true;
  /** The session of a page that gives its client tokens, and signs nobody in by it. */
  #given: { access_token?: unknown; refresh_token?: unknown } | null = null;
  readonly #givesTokens: boolean;
  readonly #watchers = new Set<(what: "visible" | "hidden" | "online" | "offline" | "restored") => void>();

  constructor(
    readonly project: FakeProject,
    options: LinkOptions & {
      random?: () => number;
      givesTokens?: boolean;
    } = {},
  ) {
    const { clock, browser } = project;
    const { random = Math.random, givesTokens = false, ...rest } = options;
    this.#givesTokens = givesTokens;
    this.surroundings = {
      now: () => clock.now(),
      setTimeout: (run, ms) => setTimeout(run, ms),
      clearTimeout: (timer) => clearTimeout(timer as number),
      random,
      uuid: () => `tab-${++project.uuids}`,
      isVisible: () => this.isVisible,
      isOnline: () => this.isOnline,
      watch: (tell) => {
        this.#watchers.add(tell);
        return () => void this.#watchers.delete(tell);
      },
      locks: browser.locks(this.page),
      BroadcastChannel: browser.channelClass(this.page),
    };
    const WebSocket = fakeWebSockets(
      clock,
      this.page,
      this.network,
      () => project.isUp ? project.realtime : null,
    );
    this.sockets = WebSocket.all;
    this.supabase = this.run(() =>
      project.createClient("http://project.test", KEY, {
        ...givesTokens ? { accessToken: () => this.#giveToken() } : { auth: { storage: memoryStorage() } },
        realtime: { transport: WebSocket as never },
        global: { fetch: project.fetch(this) },
      })
    );
    this.link = this.run(() =>
      createLink(this.supabase, {
        shareTabs: false,
        share: shareChannels,
        ...rest,
        surroundings: this.surroundings,
      })
    );
  }

  /** Runs something as this page's code. */
  run<T>(code: () => T): T {
    return this.project.clock.within(this.page, code);
  }

  tell(what: "visible" | "hidden" | "online" | "offline" | "restored"): void {
    if (what === "visible" || what === "hidden") {
      this.isVisible = what === "visible";
      this.page.throttle = this.isVisible ? 1 : 1_000;
    }
    if (what === "online" || what === "offline") this.isOnline = this.network.isUp = what === "online";
    this.project.clock.post(this.page, 0, () => {
      for (const tell of [...this.#watchers]) tell(what);
    });
  }

  async signIn(userId: string): Promise<void> {
    if (this.#givesTokens) this.#given = this.project.auth.signIn(userId);
    else {this.run(() => this.supabase.auth.signInWithPassword({ email: userId, password: "x" })).catch(
        () => {},
      );}
    await this.project.clock.pass(200);
  }

  async signOut(): Promise<void> {
    if (this.#givesTokens) this.#given = null;
    else this.run(() => this.supabase.auth.signOut({ scope: "local" })).catch(() => {});
    await this.project.clock.pass(200);
  }

  async #giveToken(): Promise<string | null> {
    const given = this.#given;
    if (given && this.project.auth.userOf(given.access_token) === null) {
      await this.travel();
      if (this.#given === given) this.#given = this.project.auth.renew(String(given.refresh_token));
    }
    return (this.#given?.access_token as string | undefined) ?? null;
  }

  /** The way of a request or an answer; breaks when the network is down. */
  travel(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      this.project.clock.post(this.page, this.network.latency, () => {
        if (this.network.isUp && this.project.isUp) resolve();
        else reject(new TypeError("fetch failed"));
      });
    });
  }

  close(): void {
    this.page.isGone = true;
    for (const socket of [...this.sockets]) socket.cut();
    this.project.browser.closed(this.page);
  }
}

function memoryStorage() {
  const all = new Map<string, string>();
  return {
    getItem: (key: string) => all.get(key) ?? null,
    setItem: (key: string, value: string) => void all.set(key, value),
    removeItem: (key: string) => void all.delete(key),
  };
}
