begin;
select plan(2);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_echo(1);
select tests.create_job('ana', 'gone'), tests.create_job('bo', 'next');
select private.set_capacity(tests.account_id('echo'), 0);
delete from auth.users where id = tests.user_id('ana');

select is(private.dispatch('echo'), 0, 'a capacity of nothing is nothing, though a slot that was to go has lost its job');
select is(tests.running(), '{}', 'nothing runs');

select * from finish();
rollback;
