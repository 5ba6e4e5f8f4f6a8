begin;
select plan(32);

create function pg_temp.codes(p_key text) returns text[] language sql as $$
  select array_agg(code order by rank) from ops.diagnose((tests.job(p_key)).id) where not ruled_out
$$;
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_user('ana', 1000), tests.create_user('bia', 1000);
select tests.enable_echo(2);
select tests.create_job('ana', 'one'), tests.later('30 seconds'), tests.create_job('ana', 'two');
select tests.create_job('ana', 'job ' || n) from generate_series(1, 9) n;

select is((tests.reason('job 3')).code, 'waiting_for_slot', 'it waits for its turn');
select is((tests.reason('job 3')).evidence - 'holders', '{"free": 0, "exact": true, "slots": 2, "position": 3}', 'its place, and for how many slots');
select is((tests.reason('job 3')).evidence -> 'holders', jsonb_build_array(
    jsonb_build_object('job_id', (tests.job('one')).id, 'seconds', 30), jsonb_build_object('job_id', (tests.job('two')).id, 'seconds', 0)),
  'who has them, and since when');
select is((tests.reason('job 3')).expected_at, null, 'while nothing was measured, nobody knows when');

-- Tasks that always take a minute.
insert into private.lane_paces (lane, holds, hold_mean, hold_sd, ended_a_minute, measured_at)
values ('echo', 100, '1 minute', '0', 2, private.now());
create function pg_temp.turn(p_key text) returns interval language sql as $$
  select make_interval(secs => 5 * round(extract(epoch from (tests.reason(p_key)).expected_at - private.now()) / 5))
$$;
select is(pg_temp.turn('job 1'), '30 seconds', 'the first has the slot of whoever has been at it for longest');
select is(pg_temp.turn('job 2'), '1 minute', 'the second that of the other');
select is(pg_temp.turn('job 3'), '1 minute 30 seconds', 'and so on, by turns');
select is(pg_temp.turn('job 9'), '4 minutes 30 seconds');
select ok(((tests.reason('job 9')).evidence ->> 'p90_seconds')::integer between 300 and 340, 'nine of ten have it a little later, though nothing varies');
select tests.as_user('ana');
select is((select words ->> 'en' from public.jobs j, public.why(j.id) where j.idempotency_key = 'job 9' and rank = 1),
  'Your job is waiting for its turn. It starts by itself in about 5 minutes. You can cancel it until then.', 'its owner is told in words');
select tests.reset();

-- Tasks of which one cannot tell how long they take.
update private.lane_paces set hold_sd = '1 minute' where lane = 'echo';
select ok(pg_temp.turn('job 9') between '4 minutes' and '4 minutes 40 seconds', 'nine ends, half a minute apart: the median');
select cmp_ok((tests.reason('job 9')).evidence ->> 'p90_seconds', '>', '360', 'and once in ten times it is half as long again');
select ok(pg_temp.turn('job 1') between '15 seconds' and '30 seconds', 'how long one was at it tells nothing');
update private.lane_paces set hold_sd = '0', come_back = 0.5 where lane = 'echo';
select is(pg_temp.turn('job 3'), '2 minutes 30 seconds', 'who comes back goes first: the two before it count twice');
update private.lane_paces set come_back = 0 where lane = 'echo';

-- Who comes later and goes first.
select tests.later('1 second'), ops.pause_lane('echo', 'a moment'), tests.create_job('bia', 'bias');
select tests.cancel('one'), ops.resume_lane('echo'), tests.cancel('job 1');
select is((tests.job('bias')).status, 'processing', 'the order is fair: one of bia''s goes before ana''s many');
select is(pg_temp.turn('job 9'), '4 minutes', 'of those who are not there yet, nothing was measured');
update private.lane_paces set created_a_minute = 1, marks = jsonb_build_array(jsonb_build_object('at', private.now() - interval '10 minutes',
  'clocks', jsonb_build_object('0', -(select virtual_time from private.clocks where lane = 'echo') - 4))) where lane = 'echo';
select ok(private.by_clock(tests.job('job 9'), (select p from private.lane_paces p where lane = 'echo'), private.now()) > 300,
  'tickets are served more slowly');
select ok(pg_temp.turn('job 9') between '7 minutes' and '8 minutes', 'which is reckoned with');
update private.lane_paces set created_a_minute = 0 where lane = 'echo';
select is(pg_temp.turn('job 9'), '4 minutes', 'but not where nobody comes any more');
select tests.cancel('bias');

-- Too much.
select tests.later('61 minutes');
update private.lane_paces set measured_at = private.now() where lane = 'echo';
select is(pg_temp.codes('job 9'), '{queue_backlog,waiting_for_slot}', 'what takes very long is told');
select is((tests.reason('job 9')).level, 'warn');
select is((tests.reason('job 9')).evidence ->> 'waiting', '7', 'with how much waits');
update private.lane_paces set hold_mean = '10 hours' where lane = 'echo';
select is(pg_temp.codes('job 9'), '{expires_in_line,queue_backlog,waiting_for_slot}', 'and that it may end before its turn');
select is((tests.reason('job 9')).expected_at, (tests.job('job 9')).start_by, 'when');
select is(pg_temp.codes('job 3'), '{queue_backlog,waiting_for_slot}', 'who comes sooner does not');
update private.lane_paces set hold_mean = '1 minute' where lane = 'echo';

-- Stale, missed.
select tests.later('1 second'), tests.submit('two'), tests.complete('two');
select tests.later('16 minutes');
select ok((tests.reason('job 9')).code in ('telemetry_stale', 'queue_backlog'), 'something has ended, and nobody has measured it');
select is((select array_agg(expected_at) filter (where expected_at is not null) from ops.diagnose((tests.job('job 9')).id)), null,
  'so nobody says when');
select ok((select evidence ? 'p50_seconds' is false from ops.diagnose((tests.job('job 9')).id) where code = 'waiting_for_slot'), 'nor how long');
update private.lane_paces set measured_at = private.now() where lane = 'echo';
select private.set_capacity(tests.account_id('echo'), 4);
select is((tests.reason('job 4')).code, 'not_dispatched', 'a slot is free, and it is its turn');
select is((tests.reason('job 4')).clears, 'by_operator');
do $$ begin execute (tests.reason('job 4')).repair_sql; end $$;
select is((tests.job('job 4')).status, 'processing', 'the statement that it names starts it');

-- Publications wait in lines of their own (see the publishing link).
select is(private.is_held_in_line(jsonb_populate_record(tests.job('job 9'), jsonb_build_object('lane', 'publication', 'input',
  '{"connectionId": "x"}'::jsonb, 'run_at', (tests.job('job 9')).expires_at))), true, 'one that is held has no place in its lane');

select * from finish();
rollback;
