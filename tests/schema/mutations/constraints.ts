/** Constraints, indexes, sequences and statistics. */
import { added, changed, dropped, failing, missed, type Mutation } from "./mutation.ts";

export const CONSTRAINTS: readonly Mutation[] = [
  dropped(
    "a constraint is dropped",
    "alter table private.lanes drop constraint durations_are_positive",
    "constraint durations_are_positive on private.lanes",
  ),
  changed(
    "a constraint is edited",
    `alter table public.tools drop constraint costs_are_not_negative,
       add constraint costs_are_not_negative check (credit_cost >= -1)`,
    "constraint costs_are_not_negative on public.tools",
    "definition",
  ),
  changed(
    "a constraint is made anew and never validated",
    `alter table public.tools drop constraint at_least_one_attempt,
       add constraint at_least_one_attempt check (max_attempts >= 1) not valid`,
    "constraint at_least_one_attempt on public.tools",
    "validated",
  ),
  added(
    "a constraint is added",
    "alter table private.slots add constraint spare check (true)",
    "constraint spare on private.slots",
  ),
  changed(
    "a constraint's comment is edited",
    "comment on constraint a_pause_has_a_reason on private.lanes is 'edited'",
    "constraint a_pause_has_a_reason on private.lanes",
    "comment",
  ),
  dropped("an index is dropped", "drop index public.jobs_by_request", "index public.jobs_by_request"),
  changed(
    "an index is edited",
    "drop index private.slots_by_lane; create index slots_by_lane on private.slots (lane, slot_id)",
    "index private.slots_by_lane",
    "definition",
  ),
  changed(
    "an index's comment is edited",
    "comment on index private.slots_by_account is 'edited'",
    "index private.slots_by_account",
    "comment",
  ),
  missed(changed(
    "a table is clustered by an index",
    "alter table private.webhook_events cluster on webhook_events_pkey",
    "index private.webhook_events_pkey",
    "clustered",
  )),
  added("a sequence is made", "create sequence private.spare_numbers", "sequence private.spare_numbers"),
  changed(
    "a sequence is edited",
    "alter table ops.alerts alter column alert_id set cache 20",
    "sequence ops.alerts_alert_id_seq",
    "cache",
  ),
  failing(added(
    "extended statistics are made",
    "create statistics private.spare_statistics on user_id, status from public.jobs",
    "statistics private.spare_statistics",
  )),
];
