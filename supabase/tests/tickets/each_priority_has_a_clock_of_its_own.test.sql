begin;
select plan(5);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_echo(0);
select tests.create_job('ana', 'ana-' || n) from generate_series(1, 3) n;
select tests.create_job('ana', 'urgent-' || n, p_priority => 5) from generate_series(1, 4) n;
select is((tests.job('urgent-1')).ticket, 1::bigint, 'the tickets of each priority begin at one');

select private.set_capacity(tests.account_id('echo'), 3);
select private.dispatch('echo');
select results_eq(
  $$ select priority, virtual_time from private.clocks where lane = 'echo' $$, $$ values (5::smallint, 3::bigint) $$,
  'the clock of those who are served moves, that of the others stands still');
select tests.create_job('bo', 'bo-urgent', p_priority => 5), tests.create_job('bo', 'bo-1');
select is((tests.job('bo-urgent')).ticket, 4::bigint, 'somebody new starts at the clock of their priority');
select is((tests.job('bo-1')).ticket, 1::bigint, 'each');

select tests.complete('urgent-' || n) from generate_series(1, 3) n;
select results_eq(
  $$ select priority, virtual_time from private.clocks where lane = 'echo' order by priority $$,
  $$ values (0::smallint, 1::bigint), (5::smallint, 4::bigint) $$,
  'both move when both are served');

select * from finish();
rollback;
