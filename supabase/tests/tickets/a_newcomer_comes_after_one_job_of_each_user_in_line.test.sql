begin;
select plan(2);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_echo(1);
select tests.create_job('ana', 'ana-' || n) from generate_series(1, 6) n;
select tests.complete('ana-1'), tests.complete('ana-2');

select tests.create_job('bo', 'bo-1');
select cmp_ok(
  (tests.entry('bo-1', 'queued') ->> 'position')::integer, '<=', 2,
  'somebody new does not wait for a backlog');
select cmp_ok(
  array_position(tests.serve('echo'), 'bo-1'), '<=', 3,
  'and is served after the job that runs and at most one more');

select * from finish();
rollback;
