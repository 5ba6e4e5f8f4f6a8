/** What a store of jobs does with a connection, as small as can be: holds `jobs:{user}` and shows the newest versions. */
import type { Link, SnapshotReason } from "../link.ts";
import type { FakeTab } from "./fake_tab.ts";

export class FakeScreen {
  /** row → version, of the user that is signed in. */
  rows: Record<string, number> = {};
  userId: string | null | undefined;
  isOpen = true;
  readonly reasons: SnapshotReason[] = [];
  readonly states: string[] = [];
  readonly users: (string | null)[] = [];
  messages = 0;
  gaps = 0;
  holds = 0;
  wakes = 0;
  /** Snapshots that run now; more than one at once is a fault. */
  running = 0;
  readonly faults: string[] = [];
  release: () => void = () => {};

  constructor(readonly tab: FakeTab, readonly link: Link = tab.link) {
    this.hold();
  }

  hold(): void {
    this.holds++;
    this.release = this.tab.run(() =>
      this.link.hold({
        topic: (userId) => `jobs:${userId}`,
        message: ({ payload }) => {
          this.messages++;
          const { row, version, owner } = payload as { row: string; version: number; owner: string };
          const known = this.rows[row] ?? 0;
          this.#take(owner, { [row]: version }, "message");
          if (version > known + 1) {
            this.gaps++;
            this.link.missed(`jobs:${owner}`);
          }
        },
        snapshot: (reason, signal) => this.#read(reason, signal),
        isOpen: () => this.isOpen,
        userChanged: (userId) => {
          this.users.push(userId);
          this.rows = {};
        },
        state: ({ status }) => void this.states.push(status),
      })
    );
  }

  async #read(reason: SnapshotReason, signal: AbortSignal): Promise<void> {
    const { project, page, isVisible } = this.tab;
    this.reasons.push(reason);
    project.reads.push({ at: project.clock.now(), page, reason, isVisible });
    if (reason === "woke") this.wakes++;
    if (++this.running > 1) this.faults.push("two snapshots at once");
    try {
      const token = await Promise.race([this.link.token(), aborted(signal)]);
      const { userId, rows } = await project.answer(this.tab, token, signal);
      if (signal.aborted) return;
      const isNews = Object.entries(rows).some(([row, version]) => version > (this.rows[row] ?? 0));
      if (isNews && reason === "poll" && this.link.connection.getSnapshot().status === "live") {
        this.link.doubt();
      }
      this.#take(userId, rows, "snapshot");
    } finally {
      this.running--;
    }
  }

  #take(owner: string, rows: Record<string, number>, from: string): void {
    const user = this.link.userId();
    if (owner !== user) this.faults.push(`${from} of ${owner} reached ${user}`);
    for (const [row, version] of Object.entries(rows)) {
      this.rows[row] = Math.max(version, this.rows[row] ?? 0);
    }
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { once: true })
  );
}
