begin;
select plan(9);

update private.lanes set rate_limit = 10 where lane = 'kie';
select is(
  (private.ship_row('lane', 'private.lanes', 'lane', 'kie', '{"rate_limit": 30, "rate_window": "15 seconds"}')).note,
  'as an operator has set it: rate_limit', 'what stays is told');
select results_eq(
  $$ select rate_limit, rate_window from private.lanes where lane = 'kie' $$,
  $$ values (10, interval '15 seconds') $$, 'of a lane: the column that was changed; the others follow');

update public.tools set credit_cost = 99, is_enabled = true where tool = 'model_training';
select private.ship_row('tool', 'public.tools', 'tool', 'model_training', '{"credit_cost": 12, "is_enabled": false}');
select results_eq(
  $$ select credit_cost, is_enabled from public.tools where tool = 'model_training' $$, $$ values (99, true) $$,
  'of a tool: its price, and that it was switched on');

update storage.buckets set file_size_limit = 1000 where id = 'inputs';
select private.ship_row('bucket', 'storage.buckets', 'id', 'inputs', '{"file_size_limit": 5000}');
select is((select file_size_limit from storage.buckets where id = 'inputs'), 1000::bigint, 'of a bucket');

update ops.alert_rules set is_enabled = false where name = 'Many jobs fail';
select private.ship_row('alert rule', 'ops.alert_rules', 'name', 'Many jobs fail',
  '{"threshold": 50, "is_enabled": true}');
select results_eq(
  $$ select threshold, is_enabled from ops.alert_rules where name = 'Many jobs fail' $$,
  $$ values (50::bigint, false) $$, 'of an alert rule: that it was switched off');

select cron.alter_job(jobid, schedule => '30 seconds') from cron.job where jobname = 'esteira-tick';
select cron.alter_job(jobid, command => 'select 1', active => false) from cron.job where jobname = 'esteira-ask';
select private.ship_schedule('esteira-tick', '20 seconds', 'select private.run(''esteira-tick''), 1');
select private.ship_schedule('esteira-ask', '*/2 * * * *', 'select private.run(''esteira-ask''), 1');
select results_eq(
  $$ select schedule, command, active from cron.job where jobname in ('esteira-tick', 'esteira-ask') order by jobname $$,
  $$ values ('*/2 * * * *', 'select 1', false), ('30 seconds', 'select private.run(''esteira-tick''), 1', true) $$,
  'of a schedule: its times, its command, or that it rests');

select private.set_capacity(account_id, 2) from private.accounts where lane = 'external';
select private.ship_account('external', 'workers', '{"capacity": 7}');
select is((select count(*)::integer from private.slots where lane = 'external'), 2, 'of an account: its capacity');

-- Not shipped until now: what was there when the row came is known all the same.
update private.lanes set max_active_per_user = 3 where lane = 'fal';
select private.ship_row('lane', 'private.lanes', 'lane', lane, '{"max_active_per_user": 9, "max_waiting_per_user": 9}')
from private.lanes where lane = 'fal';
select results_eq(
  $$ select max_active_per_user, max_waiting_per_user from private.lanes where lane = 'fal' $$, $$ values (3, 9) $$,
  'and a column that a release begins to ship, where it was changed before');

select private.ship_row('lane', 'private.lanes', 'lane', 'kie', '{"rate_limit": 40}');
select is((select rate_limit from private.lanes where lane = 'kie'), 10, 'it stays through the releases that follow');

select * from finish();
rollback;
