begin;
select plan(2);

select tests.deploy();
select tests.create_user('ana');
select tests.enable_echo(1);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one', p_run_at => '2030-01-01 01:00:00Z');
select tests.freeze('2030-01-01 01:00:00Z');
select tests.as_service();
select worker.reap();
select tests.reset();
select is(tests.running(), '{one}', 'a secret key may have it look, and what is due starts');
select is((select count(*) from tests.pokes()), 1::bigint, 'the worker is woken');

select * from finish();
rollback;
