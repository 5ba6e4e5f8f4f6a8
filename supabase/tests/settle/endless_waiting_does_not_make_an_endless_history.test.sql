begin;
select plan(9);

select tests.create_user('ana');
select tests.enable_echo(1);
create function pg_temp.wait(p_times integer) returns void language plpgsql as $$
begin
  for i in 1..p_times loop
    perform tests.fail('one', 'wait', interval '0');
    perform private.dispatch('echo');
  end loop;
end
$$;
create function pg_temp.told() returns bigint language sql as $$ select count(*) from unnest(tests.steps('one')) step where step = 'queued' $$;
update private.lanes set backoff_base = '1 microsecond', backoff_max = '1 microsecond' where lane = 'echo';
select tests.create_job('ana', 'one');
select pg_temp.wait(10);
select is(pg_temp.told(), 11::bigint, 'a provider is busy ten times: each is told');
select is(tests.entry('one', 'queued') ->> 'waits', '10', 'with its number');
select pg_temp.wait(5);
select is(pg_temp.told(), 11::bigint, 'then no more');
select is((tests.job('one')).version, 1 + 15 * 3, 'though each is a change, and has a version'); -- back, due, starting
select is((select count(*) from public.job_attempts), 1::bigint, 'but no attempt');
select pg_temp.wait(85);
select is(pg_temp.told(), 14::bigint, 'but the 16th, the 32nd and the 64th time');
select is((select count(*) from unnest(tests.steps('one')) step where step = 'starting'), 14::bigint, 'a start that follows no told return is not told either');

select tests.submit('one');
select tests.fail('one', 'backoff', interval '0');
select private.dispatch('echo');
select pg_temp.wait(1);
select is(tests.entry('one', 'queued') ->> 'waits', null, 'another failure begins the count anew');
select is(pg_temp.told(), 16::bigint, 'and its waits are told again');

select * from finish();
rollback;
