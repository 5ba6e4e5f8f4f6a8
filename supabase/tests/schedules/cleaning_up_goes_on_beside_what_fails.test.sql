begin;
select plan(5);

insert into private.repairs (schedule, repair, count, repaired_at) values ('tests', 'old', 1, private.now() - interval '40 days');
create function pg_temp.refuse() returns trigger language plpgsql as $$ begin raise exception 'not today'; end $$;
create trigger refuses before delete on private.repairs for each row execute function pg_temp.refuse();
insert into private.cancels (token, job_id, user_id, attempt, tool, lane, reason, resubmit, submits, submit_until, started_at,
  made_at, next_at, ends_at, over_at, how)
select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1, 'x', 'echo', 'cancelled', 'idempotent', 1, t, t, t, t, t, t, 'stopped'
from (select private.now() - interval '40 days' as t) old;

select lives_ok('select private.clean_up()', 'one part that raises stops nothing');
select is((select count(*) from private.repairs where schedule = 'tests'), 1::bigint, 'it is not done');
select is((select count(*) from private.cancels where how = 'stopped'), 0::bigint, 'the others are');
select isnt_empty($$ select from private.faults where part = 'esteira-cleanup' $$, 'and it is told');
drop trigger refuses on private.repairs;
select private.clean_up();
select is((select count(*) from private.repairs where schedule = 'tests'), 0::bigint, 'the next run does it');

select * from finish();
rollback;
