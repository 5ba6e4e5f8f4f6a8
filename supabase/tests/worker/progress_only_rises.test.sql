begin;
select plan(13);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');
create function pg_temp.report(p_progress integer, p_attempt integer default null) returns boolean language sql as $$
  select worker.progress((tests.job('one')).id, (tests.attempt('one', p_attempt)).token, p_progress::smallint)
$$;
select is(pg_temp.report(0), true, 'a worker reports');
select is((tests.job('one')).progress, 0::smallint, 'that it has begun');
select is(pg_temp.report(40), true, 'goes on');
select is((tests.job('one')).progress, 40::smallint, 'and is seen to');
create temporary table before as select * from tests.job('one');
select is(pg_temp.report(30), true, 'a report that was overtaken');
select is(pg_temp.report(40), true, 'or comes twice');
select results_eq($$ select * from tests.job('one') $$, 'select * from before', 'changes nothing, and is announced to nobody');

select tests.refuses('select pg_temp.report(101)', 422, 'invalid_progress', 'progress', 'there is no more than all');
select tests.refuses('select pg_temp.report(-1)', 422, 'invalid_progress', 'progress', 'no less than nothing');
select tests.refuses('select pg_temp.report(null)', 422, 'invalid_progress', 'progress', 'and no answer is no progress');

select tests.fail('one', 'backoff', interval '0');
select is((tests.job('one')).progress, null, 'an attempt that fails takes its progress with it');
update public.jobs set run_at = null where idempotency_key = 'one';
select private.dispatch('echo');
select pg_temp.report(10, 2);
select is((tests.job('one')).progress, 10::smallint, 'the next begins anew');
select tests.complete('one');
select is((tests.job('one')).progress, 100::smallint, 'what is completed is done');

select * from finish();
rollback;
