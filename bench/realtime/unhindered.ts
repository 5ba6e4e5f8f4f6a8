/** A rig on which nothing but the machine keeps the jobs of one person waiting. */
import { type Member, type Rig, takeRig } from "./rig.ts";

/** Takes a rig whose lane `lane` has `slots` slots: no limit of a provider or a user keeps a job waiting, or out. */
export async function takeUnhindered(lane: string, slots: number): Promise<{ rig: Rig; person: Member }> {
  const rig = await takeRig();
  const { sql } = rig.world;
  const [person] = await rig.people(1);
  if (!person) throw new Error("There is nobody.");
  await sql`select ops.grant_credits(${person.id}, 1000000)`;
  await sql`select ops.set_limit(p_limit => limit_name, p_maximum => null) from private.limits`;
  await sql`update private.lanes set max_active_per_user = null, max_waiting_per_user = null, rate_limit = null,
    rate_window = null where lane = ${lane}`;
  await sql`select private.set_capacity(p_account_id => account_id, p_capacity => ${slots}) from private.accounts
    where lane = ${lane}`;
  return { rig, person };
}
