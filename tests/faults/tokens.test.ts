/** Tokens expire every few seconds, in the open and while nothing passes: clients get new ones and go on. */
import { createClient } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { seeded } from "../races/mixed_operations.ts";
import { playScenario } from "./play.ts";
import { CUT_PAST_EXPIRY } from "./scenarios.ts";
import { watchAs } from "./screen.ts";
import { startWorld } from "./world.ts";

const SEED = Number(Deno.env.get("ESTEIRA_SEED") ?? Date.now() % 2 ** 31);
/** How long a token is good for; a scenario's phase is longer. */
const SECONDS = 2;

Deno.test({
  name: `a client outlives its tokens (ESTEIRA_SEED=${SEED})`,
  ignore: Deno.env.get("ESTEIRA_STACK") === "supabase", // it signs tokens with a key of its own
  async fn() {
    const world = await startWorld();
    const { tokenOf, publishableKey } = world.environment.deployment;
    assert.ok(tokenOf);
    try {
      await playScenario(world, {
        scenario: CUT_PAST_EXPIRY,
        clients: 2,
        rate: 8,
        phaseMs: (SECONDS + 1) * 1000,
        random: seeded(SEED),
        open(url, person) {
          let [token, isStale] = ["", false];
          /** As apps do that keep a token: what has expired is given once more before it is renewed. */
          const accessToken = async () => {
            if (Date.now() < expiresAt(token)) return token;
            isStale = !isStale && token !== "";
            if (isStale) return token;
            return token = await tokenOf(person.id, SECONDS);
          };
          return Promise.resolve(watchAs(createClient(url, publishableKey, { accessToken }), person));
        },
      });
    } finally {
      await world.close();
    }
  },
});

/** When a token expires, by its own word: in whole seconds, so that one of two may be good for one. */
function expiresAt(token: string): number {
  const [, claims = ""] = token.split(".");
  if (claims === "") return 0;
  return JSON.parse(Buffer.from(claims, "base64url").toString()).exp * 1000;
}
