/** The tabs of a play, and what can be done to them. */
import { createClient } from "@supabase/supabase-js";
import type { Delivery } from "./fake_moves.ts";
import { TABS } from "./fake_moves.ts";
import { type FakeProject } from "./fake_project.ts";
import { FakeTab } from "./fake_tab.ts";
import { FakeScreen } from "./fake_screen.ts";

export interface Shown {
  readonly tab: FakeTab;
  readonly screen: FakeScreen;
  isHeld: boolean;
}

export interface StageOptions {
  readonly seed?: number;
  readonly shareTabs?: boolean;
  /** Whether the client's tokens come from the app (`accessToken`), which tells of no sign-in. */
  readonly givesTokens?: boolean;
  /** Whether the server refuses to replay. */
  readonly refusesReplay?: boolean;
  /** Of which supabase-js; default: the newest. */
  readonly createClient?: typeof createClient;
  /** Where lines of the log go. */
  readonly log?: (line: string) => void;
}

export class Stage {
  readonly shown: (Shown | null)[] = Array(TABS).fill(null);
  /** Those that were closed too. */
  readonly ever: Shown[] = [];
  #random: number;

  constructor(readonly project: FakeProject, readonly options: StageOptions) {
    this.#random = (options.seed ?? 1) | 1;
    project.createClient = options.createClient ?? createClient;
    project.realtime.refusesReplay = options.refusesReplay ?? false;
  }

  log(line: string): void {
    this.options.log?.(`${this.project.clock.elapsed} ${line}`);
  }

  /** 0 to 1, the same in each run of a seed. */
  readonly #next = () => {
    this.#random = (Math.imul(this.#random, 1664525) + 1013904223) | 0;
    return (this.#random >>> 0) / 2 ** 32;
  };

  /** Opens a tab, where anna signs in and looks at her rows. */
  async open(index: number): Promise<void> {
    const say = (message: string) => this.log(`tab ${index}: ${message}`);
    const tab = new FakeTab(this.project, {
      shareTabs: this.options.shareTabs ?? true,
      givesTokens: this.options.givesTokens ?? false,
      random: this.#next,
      logger: { debug: say, warn: say, error: (text, details) => say(`${text} ${JSON.stringify(details)}`) },
    });
    if (this.shown.some((each) => each && !each.tab.network.isUp)) tab.network.isUp = tab.isOnline = false;
    const shown = { tab, screen: new FakeScreen(tab), isHeld: true };
    this.shown[index] = shown;
    this.ever.push(shown);
    await tab.signIn("anna");
  }

  /** Commits a change of a row, and has it broadcast. */
  commit(user: string, row: string, delivery: Delivery): void {
    const version = this.project.commit(user, row);
    for (const ms of delivery) {
      this.project.realtime.broadcast(`jobs:${user}`, "job", { row, version, owner: user }, () => ms);
    }
  }

  each(run: (shown: Shown) => void): void {
    for (const shown of this.shown) if (shown) run(shown);
  }

  /** Those that somebody looks at. */
  seen(run: (shown: Shown) => void): void {
    this.each((shown) => {
      if (shown.tab.isVisible && !shown.tab.page.isFrozen) run(shown);
    });
  }

  hold(shown: Shown): void {
    if (!shown.isHeld) shown.screen.hold();
    shown.isHeld = true;
  }
}
