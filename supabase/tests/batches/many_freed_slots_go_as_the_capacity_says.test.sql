begin;
select plan(8);

select tests.create_user('ana', 20);
select tests.enable_echo(4);
select tests.create_job('ana', key) from unnest(array['one', 'two', 'three', 'four', 'five']) key;
create function pg_temp.complete(variadic p_keys text[]) returns bigint language sql as $$
  select count(*) from worker.complete_many((
    select jsonb_agg(jsonb_build_object('job_id', (tests.job(key)).id, 'token', (tests.attempt(key)).token, 'output', '{"files": []}'::jsonb))
    from unnest(p_keys) key)) where verdict = 'completed'
$$;
select private.set_capacity(tests.account_id('echo'), 2);
select pg_temp.complete('one', 'two', 'three');
select is(tests.running(), '{five,four}', 'one of three slots is given on');
select is((select count(*) from private.slots where lane = 'echo'), 2::bigint, 'two are gone, as was asked for');
select is_empty('select * from private.slots where is_retiring', 'and no other is to go');

update private.lanes set backoff_base = '1 microsecond', backoff_max = '1 microsecond' where lane = 'echo';
select tests.fail('four', 'backoff', interval '0');
select private.dispatch('echo');
select worker.complete_many(jsonb_build_array(
  jsonb_build_object('job_id', (tests.job('four')).id, 'token', (tests.attempt('four', 1)).token, 'output', '{"files": []}'::jsonb)));
select is((tests.job('four')).status, 'completed', 'an older attempt that succeeds after all completes its job too');
select is((tests.attempt('four', 2)).outcome, 'superseded', 'and what the newer one does is in vain');

-- A slot that the provider's word has freed is somebody else's by now.
select tests.enable_tool('narrow', 'narrow', 1);
select tests.create_job('ana', 'first', 'narrow'), tests.create_job('ana', 'second', 'narrow'), tests.create_job('ana', 'third', 'narrow');
select tests.webhook('first', 'e1'), pg_temp.complete('first');
select is(array[(tests.job('second')).status, (tests.job('third')).status], '{processing,pending}'::public.job_status[], 'who has it keeps it');

-- Lane by lane, and as many as there are.
select tests.enable_tool(tool, tool, 110) from unnest(array['wide', 'broad']) tool;
update private.lanes set max_active_per_user = null where lane in ('wide', 'broad');
select ops.grant_credits(tests.user_id('ana'), 500, 'for a test');
select public.create_jobs(tests.user_id('ana'), (select jsonb_agg(jsonb_build_object('tool', tool, 'input', '{}'::jsonb))
  from unnest(array['wide', 'broad']) tool, generate_series(1, 220)));
create temporary table starts (n bigint generated always as identity, lane text, jobs bigint);
create function pg_temp.note() returns trigger language plpgsql as $$
begin
  insert into starts (lane, jobs) select min(lane), count(*) from changed where current_step = 'starting';
  return null;
end
$$;
create trigger note after update on public.jobs referencing new table as changed for each statement execute function pg_temp.note();
select worker.complete_many(jsonb_agg(jsonb_build_object('job_id', a.job_id, 'token', a.token, 'output', '{"files": []}'::jsonb)))
from public.job_attempts a join public.jobs j on j.id = a.job_id where j.tool in ('wide', 'broad') and a.outcome is null;
select is(
  (select array_agg(row(tool, count)::text order by tool) from (select tool, count(*) from public.jobs where status = 'processing'
     and tool in ('wide', 'broad') group by tool) t), '{"(broad,110)","(wide,110)"}', 'more than one dispatch starts are all given on');
select is((select array_agg(lane order by n) from starts where jobs > 0), '{broad,broad,wide,wide}', 'lane by lane, in their order');

select * from finish();
rollback;
