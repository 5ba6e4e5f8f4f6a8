begin;
select plan(9);

select tests.create_user('ana');
select tests.enable_pull(1);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one'), tests.claim();
create temporary table before as select version, deadline_at from tests.job('one');
select tests.freeze('2030-01-01 00:01:00Z');
select is(
  tests.beat('one'), jsonb_build_object('continue', true, 'status', 'processing', 'lease_seconds', 120,
    'deadline_at', (select deadline_at from before)), 'a worker hears that it is to go on, and for how long');
select is((tests.attempt('one')).leased_until, '2030-01-01 00:03:00Z', 'the whole lease again');
select is((tests.job('one')).version, (select version from before), 'which is no news to the user');
select is((tests.job('one')).deadline_at, (select deadline_at from before), 'and does not move the deadline');
select tests.beat('one', p_progress => 40);
select is((tests.job('one')).progress, 40::smallint, 'unless it says how far it is');
select tests.refuses($$ select tests.beat('one', p_progress => 101) $$, 422, 'invalid_progress', 'progress', 'in percent');

select tests.freeze('2030-01-01 00:09:00Z');
select is(tests.beat('one') -> 'continue', 'true', 'a lease that ran out is as good as new');
select is((tests.attempt('one')).leased_until, '2030-01-01 00:11:00Z', 'while nobody has ended it');
select is(tests.claim('w2'), '{}', 'so that the work done so far is not lost');

select * from finish();
rollback;
