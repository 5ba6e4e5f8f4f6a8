-- The clock of a lane is where newcomers start. A job served out of turn has a ticket far ahead of those who wait:
-- if the clock jumped to it, one urgent job at the end of a long backlog would put all who come later behind it.
begin;
select plan(1);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_echo(0);
select tests.create_job('ana', 'ana-' || n) from generate_series(1, 6) n;
select tests.create_job('ana', 'urgent', p_priority => 5);
select private.set_capacity(tests.account_id('echo'), 1);
select private.dispatch('echo');

select tests.create_job('bo', 'bo-1');
select cmp_ok(
  array_position(tests.serve('echo'), 'bo-1'), '<=', 3,
  'somebody new waits for the urgent job and at most one more');

select * from finish();
rollback;
