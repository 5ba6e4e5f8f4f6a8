begin;
select plan(27);

select tests.create_user('ana', 20);
select tests.enable_echo(3);
update public.tools set timeout = '20 hours' where tool = 'echo';
update private.lanes set task_life = '40 hours' where lane = 'echo';
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.none(p_key text) returns integer language sql set search_path = '' as $$
  select worker.none_found((tests.job(p_key)).id, (tests.attempt(p_key)).token)
$$;
create function pg_temp.again(p_key text) returns boolean language sql set search_path = '' as $$
  select tests.pass(p_key, 'at_least_once')
$$;

select tests.create_job('ana', 'one'), pg_temp.again('one');
select is(pg_temp.again('one'), false, 'its first submit may be under way');
select tests.later('2 minutes 1 second');
select is(pg_temp.again('one'), false, 'when it is not any more, the provider is asked first');
select is(pg_temp.none('one'), 0, 'an answer counts only after a grace');
select tests.later('30 seconds');
select is(pg_temp.none('one'), 1, 'none, the first time');
select is(pg_temp.again('one'), false, 'once is not enough');
select tests.later('59 seconds');
select is(pg_temp.none('one'), 1, 'an answer within a minute is the same answer');
select tests.later('1 second');
select is(pg_temp.none('one'), 2, 'none, the second time');
select is(pg_temp.again('one'), true, 'now it may be submitted again');
select is((tests.attempt('one')).nones, 0, 'and the counting begins anew');
select is((tests.attempt('one')).submits, 2, 'two submits may be paid for');
select tests.later('3 minutes'), pg_temp.none('one'), tests.later('1 minute'), pg_temp.none('one');
select is(pg_temp.again('one'), true, 'twice');
select tests.later('3 minutes'), pg_temp.none('one'), tests.later('1 minute'), pg_temp.none('one');
select is(pg_temp.again('one'), false, 'and no more');
select is((tests.attempt('one')).submits, 3, 'three in all');

-- It is over only when all are over
select is(tests.refuse_submit('one', 'never'), 'in_doubt', 'a refusal says nothing of the others');
select is((tests.webhook('one', 'e-1', 'failed', 1, 't-1')) ->> 'verdict', 'accepted', 'one of them has failed');
select is(tests.ending('one'), 'processing, refund none, charge, slot kept, no row', 'the slot is kept for the others');
select is(tests.fail_task('one', 'backoff'), 'in_doubt', 'there is no successor while others may live');
select is((tests.webhook('one', 'e-2', 'succeeded', 1, 't-2')) ->> 'verdict', 'accepted', 'another has succeeded');
select is((tests.attempt('one')).external_id, 't-2', 'which is the task of the attempt now');
select is(tests.produce('one'), 'produced', 'a success produces at once');
select is(tests.ending('one'), 'processing, refund none, charge, slot kept, open row: produced',
  'the others keep the slot until they are over, and the outbox stops them');
select is((select accepted_id from private.cancels where token = (tests.attempt('one')).token), 't-2',
  'but not the one whose result was taken');
select is(tests.complete('one'), 'completed', 'the result is stored');
select tests.over('one', 'stopped');
select is(tests.ending('one'), 'completed, refund none, charge, slot free, closed row: stopped', 'in the end the slot is free');

-- All over without a result
select tests.create_job('ana', 'two'), pg_temp.again('two'), tests.later('3 minutes'), pg_temp.none('two'),
  tests.later('1 minute'), pg_temp.none('two'), pg_temp.again('two'), tests.webhook('two', 'e-3', 'failed', 1, 't-3');
select is(tests.fail_task('two', 'backoff', p_all_over => true), 'retried', 'once all are known to be over it is tried again');
select is(tests.ending('two', 1), 'pending, refund none, charge, slot free, no row', 'and the slot is free');
select tests.cancel('two');
select is_empty('select * from tests.unrest()', 'all has ended');

select * from finish();
rollback;
