-- ops_api.failures: what fails, by lane, code and step.
begin;
select plan(27);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_user('ana'), tests.create_user('bea'), tests.create_user('sue', 0);
update auth.users set raw_app_meta_data = '{"role": "support"}' where id = tests.user_id('sue');
select tests.enable_echo(10);

create function pg_temp.answer(p_since text default '1 day', p_filter jsonb default '{}') returns text language plpgsql as $$
begin
  perform ops_api.failures(p_since::interval, p_filter);
  return 'yes';
exception when others then return sqlstate;
end
$$;
select tests.as_anon();
select is(pg_temp.answer(), '42501', 'who is not signed in is told nothing');
select tests.as_user('ana');
select is(pg_temp.answer(), 'PT403', 'nor is a user');
select tests.as_gone('ana', 'admin');
select is(pg_temp.answer(), 'PT403', 'nor who was an admin, whatever the token says');
select tests.as_admin();
select is(pg_temp.answer(), 'yes', 'an admin sees what fails');
select tests.as_gone('sue', 'support');
select is(pg_temp.answer(), 'yes', 'and so does support');
select is(pg_temp.answer('1 second'), 'PT422', 'of no time at all nothing is told');
select is(pg_temp.answer('1 year'), 'PT422', 'nor of years');
select is(pg_temp.answer(p_filter => '{"lame": "echo"}'), 'PT422', 'a misspelt filter is refused');
select is(pg_temp.answer(p_filter => '[]'), 'PT422', 'and so is what is none');
select is(ops_api.failures() -> 'groups', '[]', 'nothing has failed');
select tests.reset();

create function pg_temp.groups(p_filter jsonb default '{}', p_since interval default '1 day') returns jsonb language plpgsql as $$
declare
  v_told jsonb;
begin
  perform tests.as_gone('sue', 'support');
  v_told := ops_api.failures(p_since, p_filter);
  perform tests.reset();
  return v_told -> 'groups';
end
$$;
select tests.create_job(case n when 3 then 'bea' else 'ana' end, 'job ' || n) from generate_series(1, 4) n;
select tests.later('1 minute'), tests.fail('job 1', 'never'), tests.fail('job 2', 'never');
select tests.submit('job 3', 'task-3'), tests.submit('job 4', 'task-4');
select tests.later('70 minutes'), tests.fail_task('job 3'), tests.fail_task('job 4');

select results_eq($$ select g ->> 'fingerprint', (g ->> 'count')::integer, (g ->> 'users')::integer, (g ->> 'redrivable')::integer
    from jsonb_array_elements(pg_temp.groups()) g $$,
  $$ values ('echo:task_failed:running', 2, 2, 2), ('echo:out_of_luck:starting', 2, 1, 2) $$,
  'what failed at one step with one code in one lane is one, the newest of two as large first');
select is(pg_temp.groups() -> 0 ->> 'sample_message', 'The task failed.', 'it says how');
select is(pg_temp.groups() #>> '{0,last_ms}', '0', 'how long ago');
select is(pg_temp.groups() #>> '{1,last_ms}', '4200000');
select is(pg_temp.groups() -> 0 -> 'tools', '["echo"]', 'of which tools');
select is((select status::text from public.jobs where id = (pg_temp.groups() #>> '{0,sample_id}')::uuid), 'failed', 'and names one');
select is((select sum(n::integer) from jsonb_array_elements_text(pg_temp.groups() #> '{1,trend}') n), 2::bigint, 'the trend has all of it');
select is(jsonb_array_length(pg_temp.groups() #> '{1,trend}'), 24, 'in 24 parts');
select is(pg_temp.groups() #>> '{1,trend,22}', '2', 'each at its time');
select is(pg_temp.groups() #>> '{0,trend,23}', '2', 'what has just failed in the last');

select is(jsonb_array_length(pg_temp.groups('{"error_code": "out_of_luck"}')), 1, 'a filter by code');
select is(jsonb_array_length(pg_temp.groups('{"error_code": null}')), 0, 'and by none');
select is(pg_temp.groups('{"failed_step": "running"}') #>> '{0,error_code}', 'task_failed', 'by step');
select is(pg_temp.groups(jsonb_build_object('user_id', tests.user_id('bea'))) #>> '{0,count}', '1', 'by user');
select is(jsonb_array_length(pg_temp.groups('{}', '30 minutes')), 1, 'what is older is left out');

select public.retry_job((tests.job('job 1')).id);
select is(pg_temp.groups('{"failed_step": "starting"}') #>> '{0,redrivable}', '1', 'what somebody has done again is not done again');
update public.tools set is_enabled = false where tool = 'echo';
select is(pg_temp.groups('{"failed_step": "starting"}') #>> '{0,redrivable}', '0', 'nor what its tool no longer does');

select * from finish();
rollback;
