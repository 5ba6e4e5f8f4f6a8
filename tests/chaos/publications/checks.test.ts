/** Each check notices when what it claims is not so. */
import assert from "node:assert/strict";
import type { Commit, Post } from "@esteira/simulators/social/books";
import { judge } from "./checks.ts";
import type { Case, Evidence, Row } from "./evidence.ts";
import type { Option } from "../../../shared/words/platforms.ts";
import { planned } from "./plan.ts";
import { scenariosFor } from "./scenarios/index.ts";

const scenarios = scenariosFor({ isShort: false });
const scenarioNamed = (name: string, of: Option = "x_post") => {
  const found = scenarios.find(({ name: other, option }) => other === name && option === of);
  assert.ok(found, name);
  return found;
};
const CAPTION = "chaos 00000 of plain";
const post = (differences: Partial<Post> = {}): Post => ({
  id: "1",
  kind: "post",
  account: "7",
  username: "person0",
  text: CAPTION,
  media: [],
  permalink: "https://x.example/1",
  at: new Date(0),
  visibleAt: 0,
  commit: 1,
  ...differences,
});
const refusedCommit: Commit = {
  n: 1,
  at: new Date(0),
  account: "7",
  username: "person0",
  texts: [CAPTION],
  alive: 1,
  outcome: "refused",
  postId: null,
  status: 429,
  endedAt: new Date(1),
};
const row = (differences: Partial<Row> = {}): Row => ({
  id: "job",
  status: "completed",
  error_code: null,
  refund: "none",
  credits_charged: 1,
  attempts: 1,
  commits: 1,
  post_id: "1",
  permalink: null,
  committed_at: new Date(0),
  seconds: 1,
  ...differences,
});
const one = (
  differences: Partial<Case> & { name?: string; option?: Option; ofRow?: Partial<Row> } = {},
): Case => {
  const { name = "plain", option, ofRow, ...rest } = differences;
  return {
    planned: {
      ...planned(0, scenarioNamed(name, option), 0, []),
      caption: CAPTION,
      shown: { text: CAPTION, media: [] },
    },
    row: row(ofRow),
    posts: [post()],
    commits: [],
    ...rest,
  };
};
const evidence = (differences: Partial<Evidence> = {}): Evidence => ({
  cases: [one()],
  missing: [],
  strangers: [],
  lives: [{ account: "0:7", from: 0, to: 1 }],
  quotas: [{ scope: "posts:7", limit: 4, most: 4 }],
  drift: [],
  leftovers: [],
  tokens: [],
  refreshes: { refreshed: 3 },
  lostRefreshes: 0,
  reconnects: 0,
  verdicts: { looks: 1, problems: [] },
  kills: 1,
  crashes: 0,
  ...differences,
});
const broken = (differences: Partial<Evidence>) =>
  judge(evidence(differences)).filter(({ problems }) => problems.length > 0).map(({ claim }) => claim);

const UNKNOWN = { status: "failed", error_code: "outcome_unknown", refund: "due", post_id: null };
const FAILED = { status: "failed", error_code: "403", refund: "paid", post_id: null };
const alive = (count: number, account: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => ({ account: account(n), from: 0, to: 10 }));

const BROKEN: readonly [claim: RegExp, differences: Partial<Evidence>][] = [
  [/asked for is there/, { missing: [4] }],
  [/has ended/, { cases: [one({ ofRow: { status: "processing" } })] }],
  [/completed is at its platform, once/, { cases: [one({ posts: [] })] }],
  [/completed is at its platform, once/, { cases: [one({ posts: [post(), post({ id: "2" })] })] }],
  [/failed is not there/, { cases: [one({ name: "refused", ofRow: FAILED })] }],
  [/nobody knows, there is one/, {
    cases: [one({ name: "commit_lost", ofRow: UNKNOWN, posts: [post(), post({ id: "2" })] })],
  }],
  [/no post is anybody else's/, { strangers: ["9 who wrote this?"] }],
  [/only where the fault/, { cases: [one({ ofRow: UNKNOWN, posts: [] })] }],
  [/only where the fault/, { cases: [one({ option: "tiktok_photo", ofRow: UNKNOWN, posts: [] })], kills: 0 }],
  [/was to be published is/, { cases: [one({ ofRow: FAILED, posts: [] })] }],
  [/what was to fail has failed/, { cases: [one({ name: "refused" })] }],
  [/its words and its files/, { cases: [one({ posts: [post({ text: "other words" })] })] }],
  [/platform's own/, { cases: [one({ ofRow: { post_id: "99" } })] }],
  [/five at a time/, { lives: alive(6, String) }],
  [/one at a time with a connection/, { lives: alive(2, () => "0:7") }],
  [/no quota was exceeded/, { quotas: [{ scope: "posts:7", limit: 4, most: 5 }] }],
  [/a quota refused/, { cases: [one({ commits: [refusedCommit], posts: [], ofRow: FAILED })] }],
  [/every refund is decided/, { cases: [one({ ofRow: { refund: "paid" } })] }],
  [/every refund is decided/, {
    cases: [one({ name: "commit_lost", ofRow: { ...UNKNOWN, refund: "paid" }, posts: [] })],
  }],
  [/the ledger adds up/, { drift: ["one credit"] }],
  [/one first verdict/, { verdicts: { looks: 1, problems: ["job: 0 first verdicts"] } }],
  [/nothing is left/, { leftovers: ["a slot"] }],
  [/no token/, { tokens: ["log: here"] }],
  [/used twice/, { refreshes: { reused: 2 }, kills: 1 }],
];

Deno.test("nothing is found where all is right", () => {
  assert.deepEqual(broken({}), []);
  assert.deepEqual(broken({ cases: [one({ name: "commit_lost", ofRow: UNKNOWN, posts: [] })] }), []);
  assert.deepEqual(broken({ cases: [one({ name: "refused", ofRow: FAILED, posts: [] })] }), []);
});

Deno.test("what a platform cannot tell may be unknown where a worker has died", () => {
  const untold = one({ option: "tiktok_photo", ofRow: UNKNOWN, posts: [] });
  assert.deepEqual(broken({ cases: [untold], kills: 1 }), []);
});

Deno.test("every check notices what it is for", () => {
  for (const [claim, differences] of BROKEN) {
    assert.ok(broken(differences).some((found) => claim.test(found)), String(claim));
  }
  const claims = judge(evidence()).map(({ claim }) => claim);
  const untested = claims.filter((claim) => !BROKEN.some(([pattern]) => pattern.test(claim)));
  assert.deepEqual(untested, [], "each has its evidence here");
});
