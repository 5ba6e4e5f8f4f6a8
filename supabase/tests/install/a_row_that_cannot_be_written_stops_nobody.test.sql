begin;
select plan(4);

-- An operator who has done without the lane, before its tool was ever shipped.
delete from public.tools where tool = 'model_training';
delete from private.slots where lane = 'astria';
delete from private.accounts where lane = 'astria';
delete from private.lanes where lane = 'astria';
delete from private.shipped_rows where name = 'model_training';
-- One whose change does not go together with a release that is about to come.
update private.lanes set backoff_base = '4 minutes' where lane = 'fal';
create or replace function private.install_queues() returns setof private.shipment language sql as $$
  select private.ship_row('lane', 'private.lanes', 'lane', 'fal', '{"backoff_base": "1 second", "backoff_max": "2 minutes"}')
$$;
delete from ops.alert_rules where name = 'A schedule fails';
delete from private.shipped_rows where name = 'A schedule fails';

select set_eq(
  $$ select kind, name, outcome from ops.install() where outcome <> 'unchanged' $$,
  $$ values ('lane', 'astria', 'deleted'), ('lane', 'fal', 'refused'), ('tool', 'model_training', 'refused'),
    ('alert rule', 'A schedule fails', 'inserted') $$,
  'it is refused, and those after it are brought');
select matches(
  (select note from ops.install() where kind = 'lane' and outcome = 'refused'), 'durations_are_positive',
  'the note says what is in the way');
select results_eq(
  $$ select backoff_base, backoff_max from private.lanes where lane = 'fal' $$,
  $$ values (interval '4 minutes', interval '5 minutes') $$, 'it is left as it was');

select pgmq.drop_queue('astria_queue'), private.create_lane('astria', 'astria');
select is(
  (select outcome from ops.install() where name = 'model_training'), 'inserted',
  'when nothing is in the way any more, it is brought');

select * from finish();
rollback;
