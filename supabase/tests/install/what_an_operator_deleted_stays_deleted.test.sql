begin;
select plan(4);

set local storage.allow_delete_query = 'true'; -- as the Storage service does before it deletes
delete from public.tools where tool in ('model_training', 'upscaler');
delete from private.slots where lane in ('astria', 'external');
delete from private.accounts where lane in ('astria', 'external');
delete from private.lanes where lane = 'astria';
delete from storage.buckets where id = 'inputs';
delete from ops.alert_rules where name = 'A schedule fails';
select cron.unschedule('esteira-cleanup');

select set_eq(
  $$ select kind, name from ops.install() where outcome = 'deleted' $$,
  $$ values ('tool', 'model_training'), ('tool', 'upscaler'), ('account', 'external/workers'), ('lane', 'astria'),
    ('bucket', 'inputs'), ('alert rule', 'A schedule fails'), ('schedule', 'esteira-cleanup') $$,
  'each is told');
select is_empty($$ select * from ops.install() where outcome not in ('deleted', 'unchanged') $$, 'nothing else is done');
select is_empty(
  $$ select tool from public.tools where tool in ('model_training', 'upscaler')
     union all select name from private.accounts where lane in ('astria', 'external')
     union all select lane from private.lanes where lane = 'astria'
     union all select id from storage.buckets where id = 'inputs'
     union all select name from ops.alert_rules where name = 'A schedule fails'
     union all select jobname from cron.job where jobname = 'esteira-cleanup' $$,
  'none is there again');

-- Who changes his mind forgets that it was ever shipped.
delete from private.shipped_rows where kind = 'tool' and name = 'upscaler';
select is(
  (select outcome from ops.install() where kind = 'tool' and name = 'upscaler'), 'inserted',
  'one that is forgotten is brought again');

select * from finish();
rollback;
