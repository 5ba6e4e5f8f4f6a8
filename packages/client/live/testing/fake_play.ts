/** Plays moves against the real link, makes everything well again, and says what is not as it must be. */
import { createClient } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import { drain } from "./fake_clock.ts";
import { type FakeProject, FakeTab, withProject } from "./fake_project.ts";
import { FakeScreen } from "./fake_screen.ts";
import { type Delivery, type Move, TABS, USERS } from "./fake_moves.ts";

/** One poll and what it takes to be answered, milliseconds: of what is not live, and of what is, though it may be deaf. */
const ONE_POLL = 6_000;
const ONE_POLL_WHILE_LIVE = 31_000;
/** What was refused is asked for again by then, milliseconds. */
const LONGEST_REFUSAL = 305_000;
/** supabase.auth may just have begun its longest pause between two tries to renew a session. */
const LONGEST_PAUSE = 13_000;

interface Shown {
  readonly tab: FakeTab;
  readonly screen: FakeScreen;
  isHeld: boolean;
}

export interface PlayOptions {
  readonly seed?: number;
  readonly shareTabs?: boolean;
  /** Whether the client's tokens come from the app (`accessToken`), which tells of no sign-in. */
  readonly givesTokens?: boolean;
  /** Whether the server refuses to replay. */
  readonly refusesReplay?: boolean;
  /** Of which supabase-js; default: the newest. */
  readonly createClient?: typeof createClient;
  /** Whether pages that are frozen or hidden at the end stay so. */
  readonly leavesBehind?: boolean;
  /** Where lines of the log go. */
  readonly log?: (line: string) => void;
}

/** Plays, and rejects with what is wrong. Globals are the play's while it lasts. */
export async function play(moves: readonly Move[], options: PlayOptions = {}): Promise<void> {
  await withProject((project) => new Play(project, options).run(moves));
}

class Play {
  readonly #shown: (Shown | null)[] = Array(TABS).fill(null);
  readonly #ever: Shown[] = [];
  #random: number;

  constructor(readonly project: FakeProject, readonly options: PlayOptions) {
    this.#random = (options.seed ?? 1) | 1;
    project.realtime.refusesReplay = options.refusesReplay ?? false;
  }

  async run(moves: readonly Move[]): Promise<void> {
    await this.#open(0);
    await this.#open(1);
    for (const move of moves) {
      this.options.log?.(`${this.project.clock.elapsed} ${JSON.stringify(move)}`);
      await this.#make(move);
    }
    this.options.log?.(`${this.project.clock.elapsed} all is made well`);
    await this.#makeWell();
    const mayBeDeaf = moves.some((move) => isUnnoticed(move, this.options));
    await this.project.clock.pass(mayBeDeaf ? ONE_POLL_WHILE_LIVE : ONE_POLL);
    if (moves.some(isOutage) && moves.some(mayExpire)) await this.project.clock.pass(LONGEST_PAUSE);
    this.#check("within one poll");
    await this.project.clock.pass(moves.some(({ move }) => move === "refuse") ? LONGEST_REFUSAL : 90_000);
    this.#check("after a while");
    if (moves.some(({ move }) => move === "forget")) await this.#showDeafness();
    await this.#checkLive();
    this.#checkManners();
    this.#each(({ tab }) => tab.page.isFrozen = false);
    await this.project.clock.pass(10_000);
    this.#each(({ tab }) => tab.run(() => tab.link.close()));
    await this.project.clock.pass(60_000);
    this.#each(({ tab }) => {
      assert.ok(![...tab.sockets].some(({ readyState }) => readyState === 1), "a socket is left open");
    });
  }

  /** 0 to 1, the same in each run of a seed. */
  readonly #next = () => {
    this.#random = (Math.imul(this.#random, 1664525) + 1013904223) | 0;
    return (this.#random >>> 0) / 2 ** 32;
  };

  async #open(index: number): Promise<void> {
    const say = (message: string) =>
      this.options.log?.(`${this.project.clock.elapsed} tab ${index}: ${message}`);
    const tab = new FakeTab(this.project, {
      shareTabs: this.options.shareTabs ?? true,
      givesTokens: this.options.givesTokens ?? false,
      createClient: this.options.createClient ?? createClient,
      random: this.#next,
      logger: { debug: say, warn: say, error: (text, details) => say(`${text} ${JSON.stringify(details)}`) },
    });
    if (this.#shown.some((each) => each && !each.tab.network.isUp)) tab.network.isUp = tab.isOnline = false;
    const shown = { tab, screen: new FakeScreen(tab), isHeld: true };
    this.#shown[index] = shown;
    this.#ever.push(shown);
    await tab.signIn("anna");
  }

  async #make(move: Move): Promise<void> {
    const { project } = this;
    const { clock, realtime, auth } = project;
    const shown = "tab" in move ? this.#shown[move.tab] ?? null : null;
    switch (move.move) {
      case "commit":
        return this.#commit(move.user, move.row, move.delivery);
      case "pass":
        return await clock.pass(move.ms);
      case "sleep":
        await drain();
        return clock.sleep(move.ms);
      case "open":
        return shown ? undefined : await this.#open(move.tab);
      case "offline":
      case "online":
        return this.#each(({ tab }) => tab.tell(move.move as "offline" | "online"));
      case "network-down":
      case "network-up":
        return this.#each(({ tab }) => tab.network.isUp = move.move === "network-up");
      case "restart":
        return realtime.restart();
      case "project-down":
        project.isUp = false;
        return realtime.restart();
      case "project-up":
        project.isUp = true;
        return;
      case "break":
      case "mend":
        project.isBroken = move.move === "break";
        return;
      case "revoke":
        return auth.revoke(move.user);
      case "forget":
        return realtime.forget(`jobs:${move.user}`);
      case "expel":
        return realtime.expel(`jobs:${move.user}`);
      case "refuse":
        realtime.refused.add(`jobs:${move.user}`);
        return realtime.expel(`jobs:${move.user}`);
      case "allow":
        return void realtime.refused.delete(`jobs:${move.user}`);
    }
    if (shown) await this.#makeOfTab(move, shown);
  }

  async #makeOfTab(move: Move & { tab: number }, shown: Shown): Promise<void> {
    const { tab, screen } = shown;
    switch (move.move) {
      case "cut":
        for (const socket of [...tab.sockets]) (socket as { cut(): void }).cut();
        return;
      case "half-open":
        for (const socket of tab.sockets) socket.isHalfOpen = true;
        return;
      case "hide":
        await drain();
        return tab.tell("hidden");
      case "show":
        return tab.tell("visible");
      case "freeze":
        tab.page.isFrozen = true;
        return;
      case "thaw":
        tab.page.isFrozen = false;
        return;
      case "close":
        this.#shown[move.tab] = null;
        return tab.close();
      case "release":
        tab.run(screen.release);
        shown.isHeld = false;
        return;
      case "hold":
        if (!shown.isHeld) screen.hold();
        shown.isHeld = true;
        return;
      case "retry":
        return tab.run(() => tab.link.connection.retry());
      case "remove-channels":
        return void tab.run(() => tab.supabase.removeAllChannels());
      case "sign-out":
        return tab.page.isFrozen ? undefined : await tab.signOut();
      case "sign-in":
        this.project.auth.lifetime = move.lifetime;
        if (!tab.page.isFrozen && tab.network.isUp && this.project.isUp) await tab.signIn(move.user);
        this.project.auth.lifetime = 3_600;
    }
  }

  #commit(user: string, row: string, delivery: Delivery): void {
    const version = this.project.commit(user, row);
    for (const ms of delivery) {
      this.project.realtime.broadcast(`jobs:${user}`, "job", { row, version, owner: user }, () => ms);
    }
  }

  #each(run: (shown: Shown) => void): void {
    for (const shown of this.#shown) if (shown) run(shown);
  }

  /** Those that somebody looks at. */
  #seen(run: (shown: Shown) => void): void {
    this.#each((shown) => {
      if (shown.tab.isVisible && !shown.tab.page.isFrozen) run(shown);
    });
  }

  async #makeWell(): Promise<void> {
    const { project } = this;
    project.isUp = true;
    project.isBroken = false;
    project.realtime.refused.clear();
    this.#each(({ tab }) => {
      if (!this.options.leavesBehind) {
        tab.page.isFrozen = false;
        if (!tab.isVisible) tab.tell("visible");
      }
      if (!tab.isOnline) tab.tell("online");
      tab.network.isUp = true;
    });
    await project.clock.pass(0);
    this.#each((shown) => {
      if (!shown.isHeld) shown.screen.hold();
      shown.isHeld = true;
    });
  }

  #check(when: string): void {
    for (const { tab, screen } of this.#ever) {
      assert.deepEqual(screen.faults, [], `${when}: ${tab.link.userId()}`);
    }
    this.#seen(({ tab, screen }) => {
      const user = tab.link.userId();
      const { status, reason } = tab.link.connection.getSnapshot();
      assert.deepEqual(screen.rows, this.project.rowsOf(user), `${when}: ${user} is ${status} (${reason})`);
      assert.equal(status === "signed_out", user === null, `${when}: ${user} is ${status}`);
    });
    for (const { topic, userId, at } of this.project.realtime.joins) {
      assert.equal(topic, `jobs:${userId}`, `${when}: a join at ${at} of ${topic} with a token of ${userId}`);
    }
  }

  /** Who has been deaf unnoticed learns it from a poll that brings news. */
  async #showDeafness(): Promise<void> {
    for (const user of USERS) this.#commit(user, "unheard", [0]);
    await this.project.clock.pass(ONE_POLL_WHILE_LIVE + 5_000);
    this.#check("after what was not heard");
  }

  /** What happens now comes by itself, and at once. */
  async #checkLive(): Promise<void> {
    this.#seen(({ tab }) => {
      const { status, reason } = tab.link.connection.getSnapshot();
      if (tab.link.userId() !== null) assert.equal(status, "live", reason);
    });
    for (const user of USERS) this.#commit(user, "last", [0]);
    await this.project.clock.pass(100);
    this.#check("live");
    this.#seen(({ tab, screen }) => {
      if (tab.link.userId() !== null) assert.notEqual(screen.messages, 0, "no broadcast came");
    });
    for (const user of USERS) {
      const tabs = this.#shown.flatMap((each) => each?.tab.link.userId() === user ? [each.tab] : []);
      const open = tabs.filter(({ page }) => !page.isFrozen).flatMap(({ sockets }) => [...sockets])
        .filter(({ readyState }) => readyState === 1);
      if (this.options.shareTabs !== false) assert.ok(open.length <= 1, `${open.length} sockets of ${user}`);
    }
  }

  /** No more requests than the rules allow. */
  #checkManners(): void {
    const { reads } = this.project;
    assert.ok(reads.every(({ isVisible }) => isVisible), "something was read for nobody");
    for (const { tab, screen } of this.#ever) {
      const mine = reads.filter(({ page }) => page === tab.page);
      const polls = mine.filter(({ reason }) => reason === "poll");
      for (const [i, { at }] of polls.entries()) {
        const before = polls[i - 1]?.at ?? -Infinity;
        assert.ok(at < before || at - before >= 4_000, `polls ${at - before} ms apart`);
      }
      const causes = screen.states.length + screen.users.length + screen.gaps + screen.holds + screen.wakes;
      const most = this.project.clock.elapsed / 4_000 + 3 * causes + 3;
      assert.ok(mine.length <= most, `${mine.length} reads, ${most} at most`);
    }
  }
}

/** What no tab can notice until it asks. */
function isUnnoticed(move: Move, { givesTokens }: PlayOptions): boolean {
  if (givesTokens && (move.move === "sign-in" || move.move === "sign-out")) return true;
  return move.move === "forget" || move.move === "half-open" || move.move === "network-down" ||
    move.move === "commit" && move.delivery.length === 0;
}

function isOutage({ move }: Move): boolean {
  return move === "project-down" || move === "offline" || move === "network-down";
}

/** What may let a token expire. */
function mayExpire(move: Move): boolean {
  return move.move === "sleep" || move.move === "sign-in" && move.lifetime < 1_000;
}
