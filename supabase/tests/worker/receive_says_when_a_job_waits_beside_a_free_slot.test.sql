-- Who keeps them apart, and that it is waited for, needs two sessions: see the race tests.
begin;
select plan(6);

select tests.create_user('ana');
select tests.enable_echo(1);
create function pg_temp.says() returns text language plpgsql as $$
begin
  perform set_config('response.status', '', true);
  perform worker.receive('echo');
  return current_setting('response.status');
end
$$;
select is(pg_temp.says(), '', 'where nobody waits there is nothing to say');
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two'), worker.receive('echo');
select is(pg_temp.says(), '', 'nor where no slot is free');
update private.lanes set rate_limit = 1, rate_window = '1 hour' where lane = 'echo';
insert into private.starts (lane, started_at) values ('echo', private.now());
select private.set_capacity(tests.account_id('echo'), 2);
select is(pg_temp.says(), '202', 'a job that waits beside a free slot is told of');
select is_empty('select * from worker.receive(''echo'', p_waits => true)', 'and goes on waiting where the rate says so');
select ops.pause_lane('echo', 'maintenance');
select is(pg_temp.says(), '', 'a lane that is paused starts nothing');
update private.lanes set paused_until = null, pause_reason = null, rate_limit = null, rate_window = null where lane = 'echo';
select is((select item #>> '{job,id}' from worker.receive('echo', p_waits => true)), (tests.job('two')).id::text, 'waiting gives what there is');

select * from finish();
rollback;
