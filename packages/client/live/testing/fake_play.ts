/** Plays moves against the real link, makes everything well again, and says what is not as it must be. */
import assert from "node:assert/strict";
import { make, makeWell } from "./fake_acts.ts";
import { type Move, USERS } from "./fake_moves.ts";
import { withProject } from "./fake_project.ts";
import { Stage, type StageOptions } from "./fake_stage.ts";
import { checkLive, checkManners, checkScreens } from "./fake_verdicts.ts";

/** One poll and what it takes to be answered, milliseconds: of what is not live, and of what is, though it may be deaf. */
const ONE_POLL = 6_000;
const ONE_POLL_WHILE_LIVE = 31_000;
/** What was refused is asked for again by then, milliseconds. */
const LONGEST_REFUSAL = 305_000;
/** supabase.auth may just have begun its longest pause between two tries to renew a session. */
const LONGEST_PAUSE = 13_000;

export interface PlayOptions extends StageOptions {
  /** Whether pages that are frozen or hidden at the end stay so. */
  readonly leavesBehind?: boolean;
}

/** Plays, and rejects with what is wrong. Globals are the play's while it lasts. */
export async function play(moves: readonly Move[], options: PlayOptions = {}): Promise<void> {
  await withProject(async (project) => {
    const { clock } = project;
    const stage = new Stage(project, options);
    await stage.open(0);
    await stage.open(1);
    for (const move of moves) {
      stage.log(JSON.stringify(move));
      await make(move, stage);
    }
    stage.log("all is made well");
    await makeWell(stage, options.leavesBehind ?? false);
    await clock.pass(moves.some((move) => isUnnoticed(move, options)) ? ONE_POLL_WHILE_LIVE : ONE_POLL);
    if (moves.some(isOutage) && moves.some(mayExpire)) await clock.pass(LONGEST_PAUSE);
    checkScreens(stage, "within one poll");
    await clock.pass(moves.some(({ move }) => move === "refuse") ? LONGEST_REFUSAL : 90_000);
    checkScreens(stage, "after a while");
    if (moves.some(({ move }) => move === "forget")) await showDeafness(stage);
    await checkLive(stage);
    checkManners(stage);
    await closeAll(stage);
  });
}

/** Who has been deaf unnoticed learns it from a poll that brings news. */
async function showDeafness(stage: Stage): Promise<void> {
  for (const user of USERS) stage.commit(user, "unheard", [0]);
  await stage.project.clock.pass(ONE_POLL_WHILE_LIVE + 5_000);
  checkScreens(stage, "after what was not heard");
}

async function closeAll(stage: Stage): Promise<void> {
  const { clock } = stage.project;
  stage.each(({ tab }) => tab.page.isFrozen = false);
  await clock.pass(10_000);
  stage.each(({ tab }) => tab.run(() => tab.link.close()));
  await clock.pass(60_000);
  stage.each(({ tab }) => {
    assert.ok(![...tab.sockets].some(({ readyState }) => readyState === 1), "a socket is left open");
  });
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
