begin;
select plan(9);

select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_user('ana', 20);
select tests.enable_echo(5);
select tests.create_job('ana', 'one'), tests.submit('one');
create temporary table before as select * from tests.job('one');
select tests.webhook('one', 'e-1', null);
select isnt((select deadline_at from before), null, 'a task has a deadline');
select is((tests.job('one')).deadline_at, (select deadline_at from before), 'which a word that is not final leaves');
select is((tests.job('one')).refundable, true, 'a cancel would still be paid back');
select tests.webhook('one', 'e-2', 'failed');
select is((tests.job('one')).deadline_at, (select deadline_at from before), 'a failure leaves the deadline to whoever settles it');
select is((tests.job('one')).refundable, false, 'nothing is paid back for a cancel after a final word');
select tests.create_job('ana', 'two'), tests.submit('two'), tests.webhook('two', 'e-3', 'succeeded');
select is((tests.job('two')).deadline_at, null, 'a success ends it');

-- Told ten times, and again when something else was told between.
select tests.create_job('ana', 'three'), tests.submit('three');
create function pg_temp.told() returns bigint language sql as $$
  select count(*) from unnest(tests.steps('three')) step where step = 'webhook_received'
$$;
select tests.webhook('three', 'f-' || n, null) from generate_series(1, 11) n;
select is(pg_temp.told(), 10::bigint, 'the eleventh is not told');
update public.jobs set step_history = step_history || private.step('running', private.now()) where idempotency_key = 'three';
select tests.webhook('three', 'f-12', null);
select is(pg_temp.told(), 11::bigint, 'but after something else it is');

-- Events whose long keys begin alike
select is(
  array(select tests.webhook('three', repeat('k', 600) || n, null) ->> 'verdict' from unnest(array[1, 2, 2]) n), '{accepted,accepted,duplicate}',
  'are told apart by their ends');

select * from finish();
rollback;
