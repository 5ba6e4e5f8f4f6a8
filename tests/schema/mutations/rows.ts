/** Rows: what was shipped, schedules, queues and what lies in them. */
import { added, changed, dropped, missed, type Mutation } from "./mutation.ts";

export const ROWS: readonly Mutation[] = [
  dropped(
    "a schedule is taken away",
    "select cron.unschedule('esteira-cleanup')",
    "row cron.job postgres esteira-cleanup",
  ),
  changed(
    "a schedule's time is changed",
    "select cron.schedule('esteira-tick', '20 seconds', $$select private.run('esteira-tick')$$)",
    "row cron.job postgres esteira-tick",
    "schedule",
  ),
  added("a queue is made", "select pgmq.create('spare_queue')", "row pgmq.meta spare_queue"),
  dropped("a queue is dropped", "select pgmq.drop_queue('fal_queue')", "row pgmq.meta fal_queue"),
  missed(
    added("a message lies in a queue", "select pgmq.send('settle_queue', '{}')", "row pgmq.q_settle_queue"),
  ),
  missed(changed(
    "a shipped tool is edited",
    "update public.tools set credit_cost = 99 where tool = 'upscaler'",
    "row public.tools upscaler",
    "credit_cost",
  )),
  missed(changed(
    "a shipped lane is edited",
    "update private.lanes set lease = '3 minutes' where lane = 'kie'",
    "row private.lanes kie",
    "lease",
  )),
  missed(dropped(
    "a shipped alert rule is deleted",
    "delete from ops.alert_rules where name = 'Many jobs fail'",
    "row ops.alert_rules Many jobs fail",
  )),
  missed(changed(
    "a bucket is made public",
    "update storage.buckets set public = true where id = 'outputs'",
    "row storage.buckets outputs",
    "public",
  )),
  missed(dropped(
    "a slot is taken away",
    "delete from private.slots where slot_id = (select max(slot_id) from private.slots)",
    "row private.slots (10)",
  )),
];
