begin;
select plan(9);

-- What a next release ships differently, said as it would say it.
create or replace function private.install_alert_rules() returns setof private.shipment language sql as $$
  select private.ship_row('alert rule', 'ops.alert_rules', 'name', 'Many jobs fail',
    '{"count_name": "attempts failed", "look_back": "30 minutes", "threshold": 50, "is_enabled": true}')
$$;
select results_eq(
  $$ select outcome, note from ops.install() where kind = 'alert rule' $$, $$ values ('updated', null::text) $$,
  'an alert rule is updated');
select results_eq(
  $$ select look_back, threshold from ops.alert_rules where name = 'Many jobs fail' $$,
  $$ values (interval '30 minutes', 50::bigint) $$, 'to what the release says');

select is(
  (private.ship_row('lane', 'private.lanes', 'lane', 'kie', '{"rate_limit": 30, "rate_window": "15 seconds"}')).outcome,
  'updated', 'so is a lane');
select results_eq(
  $$ select rate_limit, rate_window, delivery from private.lanes where lane = 'kie' $$,
  $$ values (30, interval '15 seconds', 'webhook') $$, 'in the columns that are shipped');

select private.ship_row('tool', 'public.tools', 'tool', 'model_training', '{"credit_cost": 12, "timeout": "5 hours"}');
select results_eq(
  $$ select credit_cost, timeout from public.tools where tool = 'model_training' $$,
  $$ values (12, interval '5 hours') $$, 'so is a tool');

select private.ship_row('bucket', 'storage.buckets', 'id', 'inputs',
  '{"public": false, "file_size_limit": null, "allowed_mime_types": ["image/png"]}');
select is(
  (select allowed_mime_types from storage.buckets where id = 'inputs'), array['image/png'], 'so is a bucket');

select private.ship_schedule('esteira-tick', '20 seconds', 'select private.run(''esteira-tick''), 1');
select results_eq(
  $$ select schedule, command, active from cron.job where jobname = 'esteira-tick' $$,
  $$ values ('20 seconds', 'select private.run(''esteira-tick''), 1', true) $$, 'so is a schedule');

select private.ship_account('external', 'workers', '{"capacity": 7}');
select is(
  (select count(*)::integer from private.slots where lane = 'external'), 7, 'so are the slots of an account');

select is(
  (private.ship_row('lane', 'private.lanes', 'lane', 'kie', '{"rate_limit": 40, "rate_window": "15 seconds"}')).outcome,
  'updated', 'and the release after that one is followed as well');

select * from finish();
rollback;
