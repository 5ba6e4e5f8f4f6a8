begin;
select plan(4);

select tests.create_user('ana', 10);
select tests.enable_echo(1);
select tests.create_job('ana', 'one');
select tests.cancel('one');
create temporary table before as select * from tests.job('one');

select is(tests.fail('one', 'never'), 'late', 'for a job that was cancelled');
select results_eq($$ select * from tests.job('one') $$, 'select * from before', 'it does not change');
select is((tests.attempt('one')).outcome, 'cancelled', 'and the attempt stays cancelled, so that its task is still stopped');
select is(tests.balance('ana'), 10, 'and nothing is refunded a second time');

select * from finish();
rollback;
