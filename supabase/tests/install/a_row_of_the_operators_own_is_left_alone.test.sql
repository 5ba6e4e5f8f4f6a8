begin;
select plan(4);

-- As if these had been there before the first install.
delete from private.shipped_rows
where (kind, name) in (('lane', 'kie'), ('tool', 'image'), ('bucket', 'inputs'), ('alert rule', 'Many jobs fail'),
  ('schedule', 'esteira-tick'), ('account', 'external/workers'));
update private.lanes set rate_limit = 1 where lane = 'kie';
update public.tools set titles = '{"en": "Mine"}' where tool = 'image';
update storage.buckets set public = true where id = 'inputs';
update ops.alert_rules set threshold = 1 where name = 'Many jobs fail';
select cron.schedule('esteira-tick', '5 seconds', 'select private.tick()');
select private.set_capacity(account_id, 1) from private.accounts where lane = 'external';

select set_eq(
  $$ select kind, name from ops.install() where outcome = 'own' $$,
  $$ values ('lane', 'kie'), ('tool', 'image'), ('bucket', 'inputs'), ('alert rule', 'Many jobs fail'),
    ('schedule', 'esteira-tick'), ('account', 'external/workers') $$,
  'each is told');
select results_eq(
  $$ select rate_limit, (select titles ->> 'en' from public.tools where tool = 'image'),
       (select public from storage.buckets where id = 'inputs'),
       (select threshold from ops.alert_rules where name = 'Many jobs fail'),
       (select schedule from cron.job where jobname = 'esteira-tick'),
       (select count(*) from private.slots where lane = 'external')
     from private.lanes where lane = 'kie' $$,
  $$ values (1, 'Mine', true, 1::bigint, '5 seconds', 1::bigint) $$,
  'and left as it is');

update private.lanes set rate_limit = 20 where lane = 'kie';
select is(
  (select outcome from ops.install() where kind = 'lane' and name = 'kie'), 'own',
  'also when it happens to be what is shipped');
delete from public.tools where tool = 'image';
select is(
  (select outcome from ops.install() where kind = 'tool' and name = 'image'), 'own',
  'and when it is gone, ours does not take its place');

select * from finish();
rollback;
