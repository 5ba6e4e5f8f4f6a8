begin;
select plan(2);

select tests.deploy();
select tests.create_user('ana');
select tests.enable_echo(0);
update private.lanes set delivery = 'pull' where lane = 'echo';
select tests.create_job('ana', 'one');
select private.set_capacity(tests.account_id('echo'), 1);
select is(private.tick(), 0, 'nobody is woken');
select is(tests.running(), '{}', 'and nothing is dispatched');

select * from finish();
rollback;
