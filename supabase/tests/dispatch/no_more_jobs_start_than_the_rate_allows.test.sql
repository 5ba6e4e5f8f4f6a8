-- The promise of private.lanes.rate_limit: so many submits per rate_window, in any window and not only on average.
begin;
select plan(3);

select tests.create_user('ana');
select tests.enable_echo(50);
select tests.freeze('2030-01-01 00:00:00Z');
update private.lanes set rate_limit = 5, rate_window = '10 seconds', paused_until = 'infinity', pause_reason = 'not yet'
where lane = 'echo';
select public.create_jobs(tests.user_id('ana'), (
  select jsonb_agg('{"tool": "echo", "input": {}}'::jsonb) from generate_series(1, 40)));
update private.lanes set paused_until = null, pause_reason = null where lane = 'echo';

select is(private.dispatch('echo') + private.dispatch('echo') + private.dispatch('echo'), 5, 'at one time, no more than the limit');
do $$
begin
  for i in 1..80 loop
    perform tests.freeze(timestamptz '2030-01-01 00:00:00Z' + i * interval '0.5 seconds');
    perform private.dispatch('echo');
  end loop;
end
$$;
select is((select count(*) from public.job_attempts), 25::bigint, 'in forty seconds, what four windows bring, beside the first');
select is(
  (select max(n) from (
    select count(*) over (order by started_at range between current row and interval '9.999 seconds' following) as n
    from public.job_attempts) w), 5::bigint,
  'and in any ten seconds no more than the limit');

select * from finish();
rollback;
