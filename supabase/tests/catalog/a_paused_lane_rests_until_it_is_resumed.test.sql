begin;
select plan(13);

select tests.create_user('ana');
select tests.enable_echo(2);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'running');
create function pg_temp.pause() returns text language sql as $$
  select concat_ws(', ', paused_until at time zone 'UTC', pause_reason) from private.lanes where lane = 'echo'
$$;

select ops.pause_lane('echo', 'the provider is down');
select is(pg_temp.pause(), 'infinity, the provider is down', 'with a reason, for as long as it takes');
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
select is(tests.running(), '{running}', 'nothing starts');
select is(tests.complete('running'), 'completed', 'what runs goes on');
select tests.freeze('2030-01-01 23:00:00Z');
select is(private.dispatch('echo'), 0, 'hours do not end it');
select is(ops.resume_lane('echo'), 2, 'resuming does, and starts what has waited');
select is(tests.running(), '{one,two}', 'as many as there are slots');
select is(pg_temp.pause(), '', 'no reason is left behind');
select is(ops.resume_lane('echo'), 0, 'resuming again starts nothing');

select ops.pause_lane('echo', 'a deploy', '10 minutes');
select is(pg_temp.pause(), '2030-01-01 23:10:00, a deploy', 'or for a time');
select ops.pause_lane('echo', 'a longer deploy', '20 minutes');
select is(pg_temp.pause(), '2030-01-01 23:20:00, a longer deploy', 'an operator''s last word counts');
select tests.violates($$ select ops.pause_lane('echo', null) $$, 'a_pause_has_a_reason');
select tests.refuses($$ select ops.pause_lane('nowhere', 'x') $$, 404, 'lane_not_found', 'lane', 'a lane must be there to be paused');
select tests.refuses($$ select ops.resume_lane('nowhere') $$, 404, 'lane_not_found', 'lane', 'or resumed');

select * from finish();
rollback;
