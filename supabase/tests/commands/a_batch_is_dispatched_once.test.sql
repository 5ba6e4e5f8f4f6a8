begin;
select plan(7);

select tests.deploy();
select tests.create_user('ana');
select tests.enable_echo(3);
select tests.enable_upscaler(1);
create temporary table starts (n bigint generated always as identity, lane text, jobs bigint);
create function pg_temp.note() returns trigger language plpgsql as $$
begin
  insert into starts (lane, jobs) select min(lane), count(*) from changed where current_step = 'starting';
  return null;
end
$$;
create trigger note after update on public.jobs referencing new table as changed for each statement execute function pg_temp.note();

select public.create_jobs(tests.user_id('ana'), (
  select jsonb_agg(jsonb_build_object('tool', 'echo', 'input', '{}'::jsonb, 'idempotency_key', 'echo ' || n) order by n)
    || jsonb_build_object('tool', 'upscaler', 'idempotency_key', 'upscale',
         'input', jsonb_build_object('image', tests.put_file('ana', 'a.png'), 'scale', 2))
  from generate_series(1, 5) n));
select results_eq(
  'select lane, jobs from starts where jobs > 0 order by n', $$ values ('echo', 3::bigint), ('runninghub', 1::bigint) $$,
  'each lane once, in the order in which lanes are locked');
select is(tests.running(), '{"echo 1","echo 2","echo 3",upscale}', 'what starts is what comes first');
select results_eq(
  $$ select idempotency_key from tests.messages('echo_queue') m join public.jobs on id = (message ->> 'job_id')::uuid order by m.msg_id $$,
  array['echo 1', 'echo 2', 'echo 3'], 'and the worker gets it in order');
select is((select count(*) from tests.pokes()), 2::bigint, 'the worker is woken once for each lane');

delete from net.http_request_queue where true;
update private.throttles set passed_at = '-infinity' where true;
select private.set_capacity(tests.account_id('echo'), 4);
select public.create_jobs(tests.user_id('ana'), '[{"tool": "echo", "input": {}}]', p_caller_drains => true);
select is((select count(*) from public.jobs where status = 'processing'), 5::bigint, 'another batch takes the slot that has become free');
select is_empty('select * from tests.pokes()', 'a caller who drains the lanes itself wakes nobody');

select tests.enable_tool('wide', 'wide', 120);
update private.lanes set max_active_per_user = null where lane = 'wide';
select ops.grant_credits(tests.user_id('ana'), 200, 'for a test');
select public.create_jobs(tests.user_id('ana'), (select jsonb_agg('{"tool": "wide", "input": {}}'::jsonb) from generate_series(1, 120)));
select is((select count(*) from public.jobs where tool = 'wide' and status = 'processing'), 120::bigint, 'more than one dispatch starts all start');

select * from finish();
rollback;
