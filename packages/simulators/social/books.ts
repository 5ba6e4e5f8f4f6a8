/** The platform's books: every post that is there, and every request that was to make one, with what came of it. */
import type { Clock } from "./clock.ts";

/** A file of a post, by what was in it. */
export interface PostMedia {
  readonly sha256: string;
  readonly bytes: number;
  readonly type: string;
  readonly altText: string | null;
}

/** A post that is there. */
export interface Post {
  readonly id: string;
  /** What kind of post: the platform's word. */
  readonly kind: string;
  /** Whose: the account's id and name. */
  readonly account: string;
  readonly username: string;
  readonly text: string;
  readonly media: readonly PostMedia[];
  readonly permalink: string;
  readonly at: Date;
  /** Reads show it from then on, milliseconds since 1970. */
  readonly visibleAt: number;
  /** The request that made it. */
  readonly commit: number;
}

/** A request that was to make a post. */
export interface Commit {
  readonly n: number;
  readonly at: Date;
  readonly account: string | null;
  readonly username: string | null;
  /** What `contains` of a fault rule is compared with. */
  readonly texts: readonly string[];
  /** Requests of this kind that were under way when it came, itself among them. */
  readonly alive: number;
  /** posted: it made a post · refused: the platform said no, or it asked for what was there · nothing: it was not looked at. */
  outcome: "posted" | "refused" | "nothing";
  postId: string | null;
  /** What was answered; null: nothing, or nothing yet. */
  status: number | null;
  endedAt: Date | null;
}

/** What was counted of commits. */
export interface Counts {
  /** Commits under way now and at the most, of everybody together. */
  readonly alive: number;
  readonly mostAlive: number;
  /** The most of any one account. */
  readonly mostAliveOfAccount: number;
  readonly commits: number;
  readonly posts: number;
}

/** The books of one simulator. */
export class Books {
  /** Oldest first. */
  readonly posts: Post[] = [];
  readonly commits: Commit[] = [];
  readonly #posts = new Map<string, Post>();
  readonly #alive = new Map<string, number>();
  #aliveNow = 0;
  #mostAlive = 0;
  #mostOfAccount = 0;

  constructor(private readonly clock: Clock) {}

  /** A commit has come. */
  begin(about: Pick<Commit, "account" | "username" | "texts">): Commit {
    const alive = ++this.#aliveNow;
    this.#mostAlive = Math.max(this.#mostAlive, alive);
    if (about.account !== null) {
      const ofAccount = (this.#alive.get(about.account) ?? 0) + 1;
      this.#alive.set(about.account, ofAccount);
      this.#mostOfAccount = Math.max(this.#mostOfAccount, ofAccount);
    }
    const commit: Commit = {
      ...about,
      n: this.commits.length + 1,
      at: this.clock.date(),
      alive,
      outcome: "nothing",
      postId: null,
      status: null,
      endedAt: null,
    };
    this.commits.push(commit);
    return commit;
  }

  /** A commit is over: answered with this status, or not at all. */
  end(commit: Commit, status: number | null): void {
    this.#aliveNow--;
    if (commit.account !== null) this.#alive.set(commit.account, (this.#alive.get(commit.account) ?? 1) - 1);
    commit.status = status;
    commit.endedAt = this.clock.date();
  }

  /** A post is there, by this commit. `lagMs`: until reads show it. */
  post(commit: Commit, about: Omit<Post, "at" | "visibleAt" | "commit">, lagMs = 0): Post {
    const post: Post = {
      ...about,
      at: this.clock.date(),
      visibleAt: this.clock.now() + lagMs,
      commit: commit.n,
    };
    this.posts.push(post);
    this.#posts.set(post.id, post);
    commit.outcome = "posted";
    commit.postId = post.id;
    return post;
  }

  /** The post of this id, where reads show it. */
  visible(id: string): Post | undefined {
    const post = this.#posts.get(id);
    return post && this.clock.now() >= post.visibleAt ? post : undefined;
  }

  /** What reads show of an account, newest first. */
  visibleOf(account: string): Post[] {
    const now = this.clock.now();
    return this.posts.filter((post) => post.account === account && now >= post.visibleAt).toReversed();
  }

  counts(): Counts {
    return {
      alive: this.#aliveNow,
      mostAlive: this.#mostAlive,
      mostAliveOfAccount: this.#mostOfAccount,
      commits: this.commits.length,
      posts: this.posts.length,
    };
  }
}
