begin;
select plan(3);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_echo(1);
select tests.create_job('bo', 'bo-1');
select tests.complete('bo-1');
select tests.create_job('ana', 'ana-' || n) from generate_series(1, 10) n;
select tests.complete('ana-' || n) from generate_series(1, 5) n;

select tests.create_job('bo', 'bo-' || n) from generate_series(2, 5) n;
select is(
  (tests.job('bo-2')).ticket, (select virtual_time + 1 from private.clocks where lane = 'echo' and priority = 0),
  'a user who was away starts at the clock of the lane');
select is((tests.job('bo-3')).ticket, (tests.job('bo-2')).ticket + 1, 'and goes on by one for each job');
select cmp_ok(
  array_position(tests.serve('echo'), 'ana-8'), '<=', 5,
  'so that their jobs do not all come before those who were waiting');

select * from finish();
rollback;
