-- ops_api.stuck, what ops.stuck_jobs is to a screen.
begin;
select plan(13);
create temporary table planted (key text, f private.finding);
grant select on planted to public;
create or replace function private.findings_of(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding language plpgsql stable as $$
begin
  return query select (p.f).* from pg_temp.planted p where p.key = p_job.idempotency_key;
end
$$;
select tests.enable_echo(3);
select tests.create_user('ana'), tests.create_user('sue', 0);
update auth.users set raw_app_meta_data = '{"role": "support"}' where id = tests.user_id('sue');
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'slow'), tests.create_job('ana', 'broken'), tests.create_job('ana', 'fine');
insert into planted values
  ('slow', private.finding('provider_running', 'It is slow.', '{"age": 1}', private.now(), p_subject => 'echo', p_level => 'warn', p_clears => 'by_provider')),
  ('slow', private.finding('submitting', 'It is odd.', p_level => 'warn', p_since => private.now())),
  ('broken', private.finding('lane_paused', 'It is broken.', p_level => 'error', p_expected_at => '2030-01-01 00:30:00Z')),
  ('fine', private.finding('provider_running', 'It is on its way.'));
select tests.freeze('2030-01-01 00:10:00Z');

create function pg_temp.answer(p_limit integer default 20) returns text language plpgsql as $$
begin
  perform ops_api.stuck(p_limit);
  return 'yes';
exception when others then return sqlstate;
end
$$;
select tests.as_anon();
select is(pg_temp.answer(), '42501', 'who is not signed in is told nothing');
select tests.as_user('ana');
select is(pg_temp.answer(), 'PT403', 'nor is a user');
select tests.as_admin();
select is(pg_temp.answer(), 'yes', 'an admin is told');
select tests.as_gone('sue', 'support');
select is(pg_temp.answer(), 'yes', 'and so is support');
select is(pg_temp.answer(51), 'PT422', 'so many at a time');

create temporary table told as select ops_api.stuck() -> 'jobs' as jobs;
select is(jsonb_array_length(jobs), 2, 'who is as it should be is not stuck') from told;
select is(jobs #>> '{0,detail}', 'It is broken.', 'what is broken first') from told;
select is(jobs #>> '{0,expected_in_ms}', '1200000', 'in how long it is likely to be over') from told;
select is(jobs #>> '{0,words,pt-BR}', 'Trabalhos desse tipo estão pausados no momento. O seu começa sozinho em cerca de 20 minutos, '
  'assim que eles voltarem. Até lá, você pode cancelá-lo.', 'in the words of each language') from told;
select is(jobs #>> '{1,age_ms}', '600000', 'how old it is') from told;
select is(jobs #>> '{1,held_ms}', '600000', 'for how long it has been so') from told;
select is(jobs #> '{1,also}', '["provider_running"]', 'and what else is wrong') from told;
select is(jsonb_array_length(ops_api.stuck(1) -> 'jobs'), 1, 'as many as are asked for');
select * from finish();
rollback;
