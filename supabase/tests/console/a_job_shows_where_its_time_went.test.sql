-- Spans of a job: waiting, submitting, the provider, its call, copying, publishing, attempt by attempt, in milliseconds
-- that are never fewer than none.
begin;
select plan(18);
select tests.freeze('2030-01-01 12:00:00Z');
select tests.create_user('ana'), tests.enable_echo(0);
create function pg_temp.spans(p_key text) returns text language sql as $$
  select string_agg(format('%s %s %s+%s%s', s ->> 'attempt', s ->> 'kind', s ->> 'from_ms', s ->> 'ms',
    case when (s ->> 'is_open')::boolean then '…' else '' end), ', ' order by n)
  from jsonb_array_elements(ops_api.timeline((tests.job(p_key)).id) -> 'spans') with ordinality spans (s, n)
$$;

select tests.create_job('ana', 'one');
select tests.later('5 seconds');
select is(pg_temp.spans('one'), '1 waiting 0+5000…', 'it waits');
select private.set_capacity(tests.account_id('echo'), 1), private.dispatch('echo');
select tests.later('1 second');
select is(pg_temp.spans('one'), '1 waiting 0+5000, 1 submit 5000+1000…', 'it is handed over');
select tests.pass('one'), tests.submit('one', 'task-1');
select tests.later('10 seconds');
select is(pg_temp.spans('one'), '1 waiting 0+5000, 1 submit 5000+1000, 1 provider 6000+10000…', 'its provider has it');
select tests.webhook('one', 'call-1', null);
select tests.later('2 seconds');
select is(pg_temp.spans('one'), '1 waiting 0+5000, 1 submit 5000+1000, 1 provider 6000+10000, 1 webhook 16000+2000…', 'it has called, and is asked');
select tests.produce('one');
select tests.later('3 seconds');
select is(pg_temp.spans('one'),
  '1 waiting 0+5000, 1 submit 5000+1000, 1 provider 6000+10000, 1 webhook 16000+2000, 1 copy 18000+3000…', 'its result is copied');
select tests.complete('one');
select tests.later('1 hour');
select is(pg_temp.spans('one'),
  '1 waiting 0+5000, 1 submit 5000+1000, 1 provider 6000+10000, 1 webhook 16000+2000, 1 copy 18000+3000', 'and is done');
select is(ops_api.timeline((tests.job('one')).id) ->> 'total_ms', '21000', 'which took so long in all');
select is(ops_api.timeline((tests.job('one')).id) #> '{by_kind,copy}', '3000'::jsonb, 'and so long in copying');
select is(ops_api.job_facts((tests.job('one')).id) #> '{job,age_ms}', '21000'::jsonb, 'as its facts say');

-- A second attempt; a step of the history says which attempt it is of.
update private.lanes set backoff_base = '1 millisecond', backoff_max = '1 millisecond' where lane = 'echo';
select tests.create_job('ana', 'two');
select tests.later('1 second'), tests.submit('two', 'task-2');
select tests.later('4 seconds'), tests.fail('two', 'backoff');
select tests.later('1 second'), private.tick();
select tests.later('1 second'), tests.submit('two', 'task-3');
select tests.later('4 seconds');
select is(pg_temp.spans('two'),
  '1 waiting 0+0, 1 submit 0+1000, 1 provider 1000+4000, 2 waiting 5000+1000, 2 submit 6000+1000, 2 provider 7000+4000…',
  'each attempt has its own');
select is((select array_agg(s ->> 'attempt' order by n) from jsonb_array_elements(
  ops_api.timeline((tests.job('two')).id) -> 'steps') with ordinality steps (s, n) where s ->> 'step' in ('queued', 'starting', 'running')),
  '{1,1,1,2,2,2}', 'so do its steps');
select tests.fail('two', 'never');
select is((select count(*) from jsonb_array_elements(ops_api.timeline((tests.job('two')).id) -> 'spans') s
  where (s ->> 'is_open')::boolean), 0::bigint, 'nothing of what has ended is open');

-- A clock that is set back makes no span shorter than nothing; a job that waits for its time does not wait.
select tests.create_job('ana', 'three', p_run_at => private.now() + interval '1 hour');
select tests.later('10 seconds');
select is((ops_api.find_jobs(jsonb_build_object('job_id', (tests.job('three')).id)) #>> '{jobs,0,waited_ms}'), '0', 'it waits for its time');
select is((ops_api.find_jobs(jsonb_build_object('job_id', (tests.job('three')).id)) #> '{jobs,0,ran_ms}'), 'null'::jsonb, 'and has not run');
select tests.later('-1 minute');
select ok((ops_api.find_jobs() #>> '{jobs,0,age_ms}')::bigint >= 0 and not exists (
  select from jsonb_array_elements(ops_api.timeline((tests.job('three')).id) -> 'spans') s where (s ->> 'ms')::bigint < 0), 'no time is less than none');

select is((select jsonb_array_length(ops_api.verdicts((tests.job('one')).id) -> 'verdicts') > 0
  and bool_and(v -> 'words' ?& '{en,pt-BR}' and v #>> '{words,pt-BR}' <> '' and v ->> 'detail' <> '')
  from jsonb_array_elements(ops_api.verdicts((tests.job('one')).id) -> 'verdicts') v), true, 'verdicts have words in both languages');
select is(ops_api.verdicts((tests.job('one')).id, '2030-01-01 12:00:02Z') #>> '{verdicts,0,code}', 'was_waiting', 'and of a time that is over');
select throws_ok($$ select ops_api.timeline(gen_random_uuid()) $$, 'PT404', null, 'there has to be one');
select * from finish();
rollback;
