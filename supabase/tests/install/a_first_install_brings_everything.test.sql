begin;
select plan(3);

-- As before the first install: no rows, and no memory of any.
set local storage.allow_delete_query = 'true'; -- as the Storage service does before it deletes
delete from private.slots where true;
delete from private.accounts where true;
delete from public.tools where true;
delete from private.lanes where true;
delete from storage.buckets where true;
delete from ops.alert_rules where true;
delete from private.platform_versions where true;
delete from private.platforms where true;
select cron.unschedule(jobname) from cron.job;
select pgmq.drop_queue(queue_name) from pgmq.meta;
delete from private.shipped_rows where true;

select set_eq(
  $$ select kind, count(*)::integer from ops.install() where outcome = 'inserted' group by kind $$,
  $$ values ('lane', 8), ('queue', 9), ('tool', 23), ('account', 2), ('bucket', 3), ('platform', 7), ('platform version', 14), ('alert rule', 33), ('schedule', 17) $$,
  'all rows are inserted, each after what it stands on');
select results_eq(
  $$ select l.rate_limit, l.rate_window, l.lease, t.credit_cost, t.timeout, t.is_enabled
     from private.lanes l join public.tools t using (lane) where tool = 'image' $$,
  $$ values (20, interval '10 seconds', interval '2 minutes', 1, interval '30 minutes', false) $$,
  'as they are shipped, and with the defaults of what is not');
select results_eq(
  $$ select a.lane, a.name, count(s.slot_id) from private.accounts a join private.slots s using (account_id)
     group by a.lane, a.name order by a.lane $$,
  $$ values ('external', 'workers', 5::bigint), ('publication', 'platforms', 5::bigint) $$,
  'accounts that need no key come with their slots');

select * from finish();
rollback;
