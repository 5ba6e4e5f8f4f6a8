/** Jobs in every state that an upgrade can find one in. */
import type { Before } from "../before.ts";
import { AT_A_PROVIDER } from "./at_a_provider.ts";
import { ENDED } from "./ended.ts";
import { OUTSIDE } from "./outside.ts";
import type { MakeStage, Stage } from "./stage.ts";
import { TRAINING } from "./training.ts";
import { WAITING } from "./waiting.ts";

/** In this order: whoever waits in a lane would be received in the place of the next one (see waiting.ts). */
const STAGES: Readonly<Record<string, MakeStage>> = {
  ...AT_A_PROVIDER,
  ...ENDED,
  ...WAITING,
  ...TRAINING,
  ...OUTSIDE,
};

/** Makes them all. */
export async function makeStages(before: Before): Promise<Stage[]> {
  await before.sql`
    insert into public.tools (tool, lane, titles) values ('outside', 'external', '{"en": "Outside"}')`;
  await before.sql`select private.set_capacity(account_id, 20) from private.accounts where lane = 'fal'`;
  const stages: Stage[] = [];
  for (const [name, make] of Object.entries(STAGES)) {
    stages.push({ name, ...await make(before, `upgrade: ${name}`) });
  }
  return stages;
}
