begin;
select plan(5);

select tests.create_user('ana', 1000);
select tests.enable_echo(1), tests.enable_tool('training', 'outside', 0);
update private.lanes set delivery = 'pull' where lane = 'outside';
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'running');
select tests.create_job('ana', 'due ' || n, p_run_at => '2030-01-01 01:00:00Z') from generate_series(1, 250) n;
select tests.create_job('ana', 'outside', 'training', p_run_at => '2030-01-01 01:00:00Z');
select tests.create_job('ana', 'later', p_run_at => '2030-01-01 03:00:00Z');

select is(private.sweep() ->> 'due', '0', 'nothing is due before its time');
select tests.freeze('2030-01-01 02:00:00Z');
select is(private.sweep(), '{"due": 251, "started": 0, "unread": 0}', 'more than one tick would, and in pull lanes too');
select results_eq(
  'select idempotency_key from public.jobs where run_at is not null', array['later'], 'what is due is ready');
select is(private.sweep() ->> 'due', '0', 'once');
select tests.complete('running');
select is(cardinality(tests.running()), 1, 'and starts when there is a slot');

select * from finish();
rollback;
