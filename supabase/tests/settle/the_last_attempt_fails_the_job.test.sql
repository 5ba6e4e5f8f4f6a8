begin;
select plan(9);

select tests.create_user('ana', 10);
select tests.enable_echo(1);
update public.tools set max_attempts = 3 where tool = 'echo';
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one');

select is(tests.fail('one', 'backoff'), 'retried', 'the first');
select tests.freeze('2030-01-01 01:00:00Z');
select private.dispatch('echo');
select is(tests.fail('one', 'backoff'), 'retried', 'the second');
select tests.freeze('2030-01-01 02:00:00Z');
select private.dispatch('echo');
select is(tests.fail('one', 'backoff'), 'failed', 'the third of three is the last');
select is((tests.job('one')).status, 'failed', 'the job has failed');
select is((tests.attempt('one')).outcome, 'failed', 'and so has the attempt');
select is(tests.balance('ana'), 10, 'what it cost is given back');
select is((select count(*) from ops.dead_letters), 1::bigint, 'there is a dead letter');
select is(
  tests.steps('one'), '{insert,credits,queue_check,queued,starting,queued,starting,queued,starting,failed}',
  'the history tells of all three');

update public.tools set max_attempts = 1 where tool = 'echo';
select tests.create_job('ana', 'once');
select is(tests.fail('once', 'backoff'), 'failed', 'the first of one is the last');

select * from finish();
rollback;
