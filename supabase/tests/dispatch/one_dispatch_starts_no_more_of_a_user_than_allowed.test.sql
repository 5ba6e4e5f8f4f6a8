begin;
select plan(3);

select tests.create_user('ana'), tests.create_user('bo'), tests.create_user('cy');
select tests.enable_echo(0);
update private.lanes set max_active_per_user = 2 where lane = 'echo';
select tests.create_job('ana', 'a' || n) from generate_series(1, 5) n;
select tests.create_job('bo', 'b1', p_priority => 1);
select tests.create_job('cy', 'c' || n) from generate_series(1, 3) n;

select private.set_capacity(tests.account_id('echo'), 4);
select is(private.dispatch('echo'), 4, 'all slots are taken at once');
select results_eq(
  $$ select idempotency_key from tests.messages('echo_queue') m join public.jobs on id = (message ->> 'job_id')::uuid order by m.msg_id $$,
  array['b1', 'a1', 'c1', 'a2'], 'in order, and no user has more than two');
select private.set_capacity(tests.account_id('echo'), 9);
select is(private.dispatch('echo'), 1, 'a slot that only jobs of such users wait for stays free');

select * from finish();
rollback;
