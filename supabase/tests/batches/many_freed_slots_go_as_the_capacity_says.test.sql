begin;
select plan(5);

select tests.create_user('ana', 20);
select tests.enable_echo(4);
select tests.create_job('ana', key) from unnest(array['one', 'two', 'three', 'four', 'five']) key;
create function pg_temp.complete(variadic p_keys text[]) returns bigint language sql as $$
  select count(*) from worker.complete_many((
    select jsonb_agg(jsonb_build_object('job_id', (tests.job(key)).id, 'token', (tests.attempt(key)).token, 'output', '{"files": []}'::jsonb))
    from unnest(p_keys) key)) where verdict = 'completed'
$$;
select private.set_capacity(tests.account_id('echo'), 2);
select pg_temp.complete('one', 'two', 'three');
select is(tests.running(), '{five,four}', 'one of three slots is given on');
select is((select count(*) from private.slots where lane = 'echo'), 2::bigint, 'two are gone, as was asked for');
select is_empty('select * from private.slots where is_retiring', 'and no other is to go');

update private.lanes set backoff_base = '1 microsecond', backoff_max = '1 microsecond' where lane = 'echo';
select tests.fail('four', 'backoff', interval '0');
select private.dispatch('echo');
select worker.complete_many(jsonb_build_array(
  jsonb_build_object('job_id', (tests.job('four')).id, 'token', (tests.attempt('four', 1)).token, 'output', '{"files": []}'::jsonb)));
select is((tests.job('four')).status, 'completed', 'an older attempt that succeeds after all completes its job too');
select is((tests.attempt('four', 2)).outcome, 'superseded', 'and what the newer one does is in vain');

select * from finish();
rollback;
