begin;
select plan(5);

select tests.create_user('ana', 10);
select tests.enable_echo(1);
select tests.create_job('ana', 'one');
select tests.fail('one', 'backoff', interval '1 hour');

select is(tests.cancel('one'), 'cancelled', 'between two attempts');
select is(tests.balance('ana'), 10, 'it is refunded');
select is((tests.attempt('one')).outcome, 'retried', 'the attempt that was made stays what it was');
select is_empty($$ select * from tests.messages('settle_queue') $$, 'and there is no task to stop');
select is(tests.complete('one'), 'late', 'its result, if there was one after all, is kept and not applied');

select * from finish();
rollback;
