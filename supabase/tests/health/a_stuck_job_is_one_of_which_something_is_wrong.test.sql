begin;
select plan(9);
-- What the links of the chain say is planted here; what is tested is what the report makes of it.
create temporary table planted (key text, f private.finding);
grant select on planted to public;
create or replace function private.findings_of(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding language plpgsql stable as $$
begin
  return query select (p.f).* from pg_temp.planted p where p.key = p_job.idempotency_key;
end
$$;
create or replace function private.findings_of_machinery(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding language plpgsql stable as $$
begin
  return query select (p.f).* from pg_temp.planted p where p.key = 'lane ' || p_job.lane;
end
$$;
create or replace function private.probe_machine(p_at timestamptz) returns setof private.finding language sql stable as $$
  select (p.f).* from pg_temp.planted p where p.key = 'all'
$$;
select tests.enable_echo(1), tests.enable_tool('other', 'other', 1);
select tests.create_user('ana');
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'runs'), tests.create_job('ana', 'waits'), tests.create_job('ana', 'runs elsewhere', 'other');
insert into planted values
  ('runs', private.finding('provider_running', 'It is slow.', '{"age": 1}', private.now(), p_subject => 'echo', p_level => 'warn', p_clears => 'by_provider')),
  ('runs', private.finding('submitting', 'It is odd.', p_level => 'warn')),
  ('waits', private.finding('waiting_for_slot', 'It waits for its turn.')),
  ('runs elsewhere', private.not_so('waiting_for_slot', 'It has one.')),
  ('runs elsewhere', private.finding('provider_running', 'It is on its way.'));
select is_empty('select * from ops.stuck_jobs()', 'who is as young as usual is not stuck, whatever is said of it');
select tests.freeze('2030-01-01 00:10:00Z');
select results_eq('select job_id, user_id, tool, age, code, level, clears, also from ops.stuck_jobs()',
  $$ values ((tests.job('runs')).id, tests.user_id('ana'), 'echo', interval '10 minutes', 'submitting', 'warn', 'by_itself', array['provider_running']) $$,
  'who is older than usual, and of whom the first verdict is that something is wrong; and what else is');
update planted set f = private.finding('provider_running', 'Broken.', p_level => 'error') where key = 'runs elsewhere' and (f).code = 'provider_running';
select results_eq('select job_id, level, detail from ops.stuck_jobs()', $$ values ((tests.job('runs elsewhere')).id, 'error', 'Broken.'),
  ((tests.job('runs')).id, 'warn', 'It is odd.') $$, 'what is broken first');
select is((select count(*) from ops.stuck_jobs(1)), 1::bigint, 'as many as are asked for');
insert into planted values ('waits', private.finding('waiting_for_slot', 'It can never begin.', p_level => 'error'));
select is((select detail from ops.stuck_jobs() where job_id = (tests.job('waits')).id), 'It can never begin.', 'so too who waits and is next');

-- Far back in the line: found by what was noted.
select tests.create_job('ana', 'crowd ' || n) from generate_series(1, 5) n;
insert into planted values ('crowd 5', private.finding('waiting_for_slot', 'Not this one either.', p_level => 'error'));
select tests.freeze('2030-01-01 00:20:00Z');
select ok(not exists (select from ops.stuck_jobs() where job_id = (tests.job('crowd 5')).id), 'in a crowd, the last are not looked at');
select private.note_verdicts();
select is((select detail from ops.stuck_jobs() where job_id = (tests.job('crowd 5')).id), 'Not this one either.', 'but where something was noted');
delete from planted where key = 'crowd 5';
select ok(not exists (select from ops.stuck_jobs() where job_id = (tests.job('crowd 5')).id), 'and still is so');

-- One that cannot be looked at.
create or replace function private.findings_of(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding language plpgsql stable as $$
begin
  if p_job.idempotency_key = 'runs' then raise exception 'a bug'; end if;
  return query select (p.f).* from pg_temp.planted p where p.key = p_job.idempotency_key;
end
$$;
select set_eq('select code from ops.stuck_jobs()', $$ values ('provider_running'), ('waiting_for_slot') $$, 'a job that cannot be looked at hides nobody else');
select * from finish();
rollback;
