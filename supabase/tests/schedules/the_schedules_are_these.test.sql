begin;
select plan(4);

select set_eq(
  $$ select jobname, schedule, command, active, username::text from cron.job $$,
  $$ select name, schedule, format('select private.run(%L)', name) as command, true as active, 'postgres' as username from (values
    ('esteira-tick', '10 seconds'), ('esteira-effects', '10 seconds'), ('esteira-progress', '11 seconds'),
    ('esteira-ask', '59 seconds'), ('esteira-leases', '53 seconds'), ('esteira-overdue', '47 seconds'),
    ('esteira-expire', '43 seconds'), ('esteira-copies', '41 seconds'), ('esteira-tasks', '37 seconds'), ('esteira-retention', '31 seconds'),
    ('esteira-connections', '13 seconds'), ('esteira-acts', '7 seconds'), ('esteira-publications', '29 seconds'), ('esteira-alerts', '* * * * *'), ('esteira-retry', '*/5 * * * *'), ('esteira-cleanup', '0 2 * * *'), ('esteira-drift', '23 seconds')
  ) schedules (name, schedule) $$,
  'each by its name, as postgres, through what isolates it, and no other');
select set_eq(
  'select distinct schedule from private.parts()', 'select jobname::text from cron.job',
  'every part is run by one of them, and each of them runs parts');
select is_empty(
  $$ select part from private.parts()
     where not exists (select from tests.functions join pg_proc using (oid) where schema_name = 'private' and proname = routine
       and pronargs = pronargdefaults) $$,
  'every part is a function that needs no arguments');

-- A day of seconds, all counted from its beginning; the others of a minute begin with it.
select cmp_ok((
  select max(n) from (
    select count(*) as n from cron.job, generate_series(1, 86399) second
    where case when schedule like '% seconds' then second % split_part(schedule, ' ', 1)::integer = 0
      when schedule = '* * * * *' then second % 60 = 0 when schedule = '*/5 * * * *' then second % 300 = 0
      else second = 7200 end
    group by second) seconds), '<=', 8::bigint,
  'no more than eight begin in the same second, as many as hosted projects are told to let run at once');

select * from finish();
rollback;
