begin;
select plan(2);

select results_eq(
  $$ select schedule, command, active, username::text from cron.job where jobname = 'esteira-tick' $$,
  $$ values ('10 seconds', 'select private.run(''esteira-tick'')', true, 'postgres') $$,
  'every ten seconds, as postgres');
select cron.schedule('esteira-tick', '10 seconds', 'select private.run(''esteira-tick'')');
select is(
  (select count(*) from cron.job where command like '%esteira-tick%'), 1::bigint,
  'scheduling it again, as a migration may, makes no second one');

select * from finish();
rollback;
