begin;
select plan(15);

create function pg_temp.health() returns private.lane_health language sql as $$
  select h from ops.lane_health() h where lane = 'echo'
$$;
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_user('ana');
select set_eq('select lane from ops.lane_health()', 'select lane from private.lanes', 'every lane is there');
select is_empty($$ select lane from ops.lane_health() where level = 'error' $$, 'one that nobody has set up is none that is broken');
select tests.enable_echo(2);
select results_eq($$ select code, level, slots, busy, free, waiting from pg_temp.health() $$,
  $$ values ('ok', 'ok', 2, 0, 2, 0) $$, 'one in which nothing waits');
select tests.create_job('ana', 'job ' || n) from generate_series(1, 5) n;
select tests.create_job('ana', 'later', p_run_at => '2030-01-02 00:00:00Z');
select results_eq($$ select code, level, slots, busy, free, waiting, scheduled, drained_p50 from pg_temp.health() $$,
  $$ values ('waiting_for_slot', 'wait', 2, 2, 0, 3, 1, null::interval) $$, 'one in which something does');
select tests.submit('job 1'), tests.submit('job 2'), tests.later('1 minute'), tests.complete('job 1'), tests.complete('job 2');
select private.run_part('esteira-paces');
select results_eq($$ select slot_held_for, come_back, ended_a_minute, waiting, drained_p50, is_fresh from pg_temp.health() $$,
  $$ values ('1 minute'::interval, 0.00, 0.13, 1, '1 minute'::interval, true) $$, 'how fast it drains, once that was measured');
select is((pg_temp.health()).expected_at, '2030-01-01 00:02:00Z', 'when the next one is likely to start');
select ops.pause_lane('echo', 'maintenance');
select is((pg_temp.health()).code, 'lane_paused', 'what stands in its way');
select is((pg_temp.health()).detail, 'Lane echo is paused until it is resumed: maintenance.');
select is((select lane from ops.lane_health() limit 1), 'echo', 'the worst comes first');
select ops.resume_lane('echo');

create function pg_temp.metrics(p_queue text) returns private.queue_metrics language sql as $$
  select m from ops.queue_metrics() m where queue = p_queue
$$;
select set_eq('select queue from ops.queue_metrics()', $$ select queue_name from private.lanes union select 'settle_queue' $$,
  'every queue is there');
select results_eq($$ select lane, is_there, length, visible, unread from pg_temp.metrics('echo_queue') $$,
  $$ values ('echo', true, 4::bigint, 4::bigint, 0::bigint) $$, 'what has been given a slot is in it');
update pgmq.q_echo_queue set vt = vt - interval '10 minutes', enqueued_at = enqueued_at - interval '10 minutes', read_ct = 3
where message ->> 'job_id' = (tests.job('job 3')).id::text;
select results_eq($$ select visible, unread, oldest > '9 minutes', most_reads from pg_temp.metrics('echo_queue') $$,
  $$ values (4::bigint, 1::bigint, true, 3) $$, 'what nobody reads is told');
select pgmq.drop_queue('echo_queue');
select results_eq($$ select queue, is_there, length from ops.queue_metrics() limit 1 $$, $$ values ('echo_queue', false, null::bigint) $$,
  'one that is gone comes first');
select is((pg_temp.health()).code, 'never_can_run', 'and so does its lane');

select tests.as_service();
select throws_ok('select ops.lane_health()', '42501', null, 'they are for operators in the database');

select * from finish();
rollback;
