begin;
select plan(5);
select tests.enable_echo(1);
select tests.create_user('ana');
select tests.create_job('ana', 'first'), tests.create_job('ana', 'second');
create temporary table before as select code from ops.diagnose((tests.job('second')).id) where not ruled_out;

create or replace function private.findings_of_screens(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding language plpgsql stable as $$ begin raise exception 'a column that is gone'; end $$;
select set_has($$ select code from ops.diagnose((tests.job('second')).id) $$, 'select code from before', 'what the others say is said');
select results_eq($$ select level, subject, detail, evidence from ops.diagnose((tests.job('second')).id) where code = 'not_looked_at' $$,
  $$ values ('info', 'screens', 'What screens has to say cannot be looked at: a column that is gone', '{"sqlstate": "P0001"}'::jsonb) $$, 'and which is not');
select is((select count(*) from ops.diagnose((tests.job('second')).id) where rank = 1), 1::bigint, 'there is one first verdict');
create or replace function private.findings_of_waiting(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding language plpgsql stable as $$ begin raise exception 'another'; end $$;
select is((select count(*) from ops.diagnose((tests.job('second')).id) where code = 'not_looked_at'), 2::bigint, 'two that fail are told');
select is((select count(*) from ops.diagnose((tests.job('second')).id) where rank = 1 and not ruled_out), 1::bigint, 'even then there is a first');
select * from finish();
rollback;
