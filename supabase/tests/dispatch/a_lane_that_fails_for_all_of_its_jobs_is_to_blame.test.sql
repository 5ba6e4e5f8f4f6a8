begin;
select plan(7);

select tests.create_user('ana', 1000);
select tests.enable_echo(0);
update private.lanes set max_waiting_per_user = null, max_active_per_user = null where lane = 'echo';
insert into public.jobs (user_id, tool, lane, ticket, attempt, current_step)
select tests.user_id('ana'), 'echo', 'echo', n, 2147483647, 'queued' from generate_series(1, 260) n;
select private.set_capacity(tests.account_id('echo'), 120);
select is(private.dispatch('echo'), 0, 'none of 260 jobs can start');
select is((select count(*) from private.quarantine), 100::bigint, 'a hundred of them are set aside');
select results_eq(
  $$ select part, lane from private.faults $$, $$ values ('dispatch', 'echo') $$, 'for the rest the lane is to blame');
select is((select count from ops.counts() where name = 'parts failing'), 1::bigint, 'which is counted');
-- Those in front of it keep to their place, and hold up nobody for whom there is a slot.
update public.jobs set attempt = 0 where ticket between 150 and 160;
select is(private.dispatch('echo'), 11, 'whoever can start does');
select is((select count(*) from private.quarantine), 100::bigint, 'and no more are set aside');
update public.jobs set attempt = 0 where attempt = 2147483647;
select cmp_ok(ops.release(), '=', 100, 'released, they go on');

select * from finish();
rollback;
