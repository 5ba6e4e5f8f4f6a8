-- @acceptance 004:51
begin;
select plan(1);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'job-' || n) from generate_series(1, 8) n;
select is(
  tests.serve('echo'), (select array_agg('job-' || n order by n) from generate_series(1, 8) n),
  'first in, first out');

select * from finish();
rollback;
