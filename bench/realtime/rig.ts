/** What the measures of Realtime share: a whole local stack with people in it, started for the first that asks. */
import { startWorld, type World } from "../../tests/faults/world.ts";
import type { Someone } from "./words.ts";

export interface Rig {
  readonly world: World;
  readonly url: string;
  readonly key: string;
  /** The first `count` of the people; they are made when they are first asked for. */
  people(count: number): Promise<readonly Member[]>;
  /** Lets go; the last to do so stops the stack. */
  release(): Promise<void>;
}

/** A person with a token for a day. */
export interface Member extends Someone {
  readonly lane: string;
}

const A_DAY = 86_400;
/** Providers that take no time: what is measured is ours. */
const QUICK = { kie: { taskMs: 50 }, fal: { taskMs: 50 }, replicate: { taskMs: 50 } };

let current: Promise<{ world: World; members: Member[] }> | undefined;
let users = 0;

export async function takeRig(): Promise<Rig> {
  users++;
  current ??= startWorld(QUICK).then((world) => ({ world, members: [] }));
  const { world, members } = await current;
  const { apiUrl, publishableKey, tokenOf } = world.environment.deployment;
  return {
    world,
    url: apiUrl,
    key: publishableKey,
    async people(count) {
      while (members.length < count) {
        const { id, lane } = await world.person();
        const token = await tokenOf?.(id, A_DAY);
        if (!token) throw new Error("These measures need the local stack.");
        members.push({ id, lane, token });
      }
      return members.slice(0, count);
    },
    async release() {
      if (--users > 0) return;
      current = undefined;
      await world.close();
    },
  };
}
