begin;
select plan(15);

select tests.create_user('ana', 1000);
select tests.enable_echo(1);
select tests.freeze('2030-01-01 00:00:00Z');

create function pg_temp.run(p_key text, p_took interval, p_end text default 'completed') returns void
language plpgsql as $$
begin
  perform tests.create_job('ana', p_key);
  perform tests.later('1 second');
  perform tests.submit(p_key, p_key);
  perform tests.later(p_took);
  if p_end = 'completed' then perform tests.complete(p_key); else perform tests.fail(p_key, p_end); end if;
end
$$;
create function pg_temp.measured(p_after interval default '1 minute') returns text language plpgsql as $$
begin
  perform tests.later(p_after);
  perform private.run_part('esteira-paces');
  return (
    select format('%s of %s, held %s of %s', t.p50, t.samples, date_trunc('milliseconds', l.hold_mean), l.holds)
    from private.pace_of('echo') t, private.lane_paces l where l.lane = 'echo');
end
$$;

select ok(private.pace_of('echo') is null, 'nothing was measured');
select ok(not private.is_fresh((private.pace_of('echo')).measured_at, private.now()), 'and by nothing nothing is said');
select is(pg_temp.measured('0'), ' of 0, held  of 0', 'nothing has ended');
select pg_temp.run('one', '9 seconds');
select is(pg_temp.measured('0'), ' of 0, held  of 0', 'it is not looked at again at once');
select is(pg_temp.measured(), '00:00:09 of 1, held 00:00:10 of 1',
  'a minute later it is: how long the provider had the task, and how long the slot was held');
select pg_temp.run('two', '29 seconds', 'never');
select is(pg_temp.measured(), '00:00:09 of 1, held 00:00:20 of 2',
  'a task that failed says nothing of how long one takes, but it held a slot as well');
select is((select hold_sd from private.lane_paces where lane = 'echo'), '00:00:10', 'holding varies');
select is((select come_back from private.lane_paces where lane = 'echo'), 0::real, 'nobody came back');

select pg_temp.run('three', '9 seconds', 'wait');
select pg_temp.measured();
select is((select round(come_back::numeric, 2) from private.lane_paces where lane = 'echo'), 0.33,
  'one of three came back to wait');
select is((select round((15 * ended_a_minute)::numeric) from private.lane_paces where lane = 'echo'), 3::numeric,
  'three in a quarter of an hour have ended');
select ok(private.is_fresh((private.pace_of('echo')).measured_at, private.now() + interval '1 day'),
  'where nothing has ended since, a pace stays fresh');
select tests.cancel('three'), pg_temp.run('four', '59 seconds', 'never');
select ok(private.is_fresh((private.pace_of('echo')).measured_at, private.now()), 'what has just ended is looked at soon');
select ok(not private.is_fresh((private.pace_of('echo')).measured_at, private.now() + interval '16 minutes'),
  'and if not, the pace is stale');

select tests.create_job('ana', 'five'), tests.submit('five', 'five'), tests.later('5 seconds'), tests.cancel('five');
select is(pg_temp.measured(), '00:00:09 of 1, held 00:00:27.5 of 4',
  'a slot that is still held by a task that winds down is not counted yet');
delete from public.jobs where true;
select is(pg_temp.measured(), '00:00:09 of 1, held 00:00:27.5 of 4', 'what is forgotten does not make it unknown');

select * from finish();
rollback;
