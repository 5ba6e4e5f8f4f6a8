-- One bad row stops nobody. Two tables drive this: private.parts(), so that a new part is tried without being named
-- here, and the situations below, which say for each part in which one it goes through jobs; a part without a line fails.
begin;
select plan((select 18 + count(*) from private.parts())::integer); -- the part itself, and what is said of all

select tests.freeze('2030-01-01 00:00:00Z');

-- Any part that fails -----------------------------------------------------------------------------------------------

create function pg_temp.fails(p_part text) returns text language plpgsql as $$
declare
  v_routine regproc := (select 'private.' || routine from private.parts() where part = p_part)::regproc;
begin
  execute format('create or replace function %s(%s) returns %s language plpgsql as %L', v_routine,
    pg_get_function_arguments(v_routine), pg_get_function_result(v_routine), 'begin raise exception ''planted''; end');
  delete from private.heartbeats where true;
  perform private.run(schedule) from (select distinct schedule from private.parts()) schedules;
  perform worker.reap(), private.tick();
  raise exception using errcode = 'ZZ999', message = format('no beat: %s; failing: %s',
    array(select part from private.parts() except select name from private.heartbeats),
    array(select part || ' ' || error from private.faults));
exception when sqlstate 'ZZ999' then return sqlerrm;
end
$$;
select is(pg_temp.fails(part), format('no beat: {%s}; failing: {"%s planted"}', part, part), part || ' fails, and no other')
from private.parts();

-- Lanes are gone through by one function, which isolates them; and nobody else does so in a loop.
select is_empty(
  $$ select signature from tests.functions join pg_proc using (oid)
     where prosrc ~ 'private\.lanes' and prosrc ~* 'for \w+ in\s+select [^()]* from private\.lanes' and proname <> 'each_lane' $$,
  'lanes are gone through by each_lane alone');
select is_empty(
  $$ select signature from tests.functions join pg_proc using (oid)
     where prosrc ~ 'private\.set_aside\(' and prosrc !~ 'exception when others' and proname <> 'set_aside' $$,
  'whoever sets a job aside does so in a sub-transaction');

-- Every part with a bad job, beside a lane whose queue is gone ---------------------------------------------------------

-- A row of the bad job, wherever it lies, cannot be written, as soon as it is bad.
create function pg_temp.refuse() returns trigger language plpgsql as $$
declare
  v_row jsonb := to_jsonb(case tg_op when 'INSERT' then new else old end);
begin
  if current_setting('tests.bad', true) = coalesce(v_row ->> 'job_id', v_row #>> '{message,job_id}', v_row ->> 'id') then
    raise exception 'it cannot be written';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end
$$;
select tests.create_user('ana', 100);
select tests.enable_tool('aaa', 'aaa', 5), tests.enable_echo(0);
update private.lanes set estimates_progress = true where lane = 'echo';
create trigger zzz_bad before update or delete on public.jobs for each row execute function pg_temp.refuse();
create trigger zzz_bad before update or delete on public.job_attempts for each row execute function pg_temp.refuse();
create trigger zzz_bad before update or delete on private.slots for each row execute function pg_temp.refuse();
create trigger zzz_bad before update or delete on private.cancels for each row execute function pg_temp.refuse();
create trigger zzz_bad before insert on pgmq.q_echo_queue for each row execute function pg_temp.refuse();
create trigger zzz_bad before insert on pgmq.q_settle_queue for each row execute function pg_temp.refuse();
select tests.create_job('ana', 'stuck', 'aaa'), tests.create_job('ana', 'bad'), tests.create_job('ana', 'good');
select pgmq.drop_queue('aaa_queue');

create function pg_temp.start() returns void language plpgsql as $$
begin
  perform private.set_capacity(tests.account_id('echo'), 5);
  perform private.dispatch('echo');
end
$$;
create function pg_temp.submit() returns void language plpgsql as $$
begin
  perform pg_temp.start();
  perform tests.submit('bad'), tests.submit('good');
end
$$;
create temporary table situations (part text, prepare text, is_done text);
insert into situations values
  ('esteira-clock', $$ select pg_temp.submit(), private.run_part('esteira-clock'), tests.freeze('2029-12-31 00:00:00Z') $$,
    'j.deadline_at < ''2029-12-31 01:00Z'''),
  ('esteira-ask', $$ select pg_temp.submit(), tests.later('10 minutes'); delete from pgmq.q_settle_queue where true $$,
    'exists (select from pgmq.q_settle_queue where message ->> ''job_id'' = j.id::text)'),
  ('esteira-resend', $$ select pg_temp.start(), tests.later('10 minutes'); delete from pgmq.q_echo_queue where true $$,
    'exists (select from pgmq.q_echo_queue where message ->> ''job_id'' = j.id::text)'),
  ('esteira-leases', $$ update private.lanes set delivery = 'pull' where lane = 'echo';
      select pg_temp.start(), tests.claim(), tests.later('10 minutes') $$, 'j.retry_count = 1'),
  ('esteira-ask-last', $$ select pg_temp.submit(), tests.later('31 minutes') $$, 'a.polled_at = private.now()'),
  ('esteira-overdue', $$ select pg_temp.submit(), tests.later('36 minutes') $$, 'j.status = ''failed'''),
  ('esteira-expire', $$ select tests.later('25 hours') $$, 'j.status = ''failed'''),
  ('esteira-copies', $$ select pg_temp.submit(), tests.produce('bad'), tests.produce('good'), tests.later('25 hours') $$, 'j.status = ''failed'''),
  ('esteira-tasks', $$ select pg_temp.submit(), tests.later('5 hours') $$, 'j.status = ''failed'''),
  ('esteira-outbox', $$ select pg_temp.submit(), tests.cancel('bad'), tests.cancel('good'), tests.later('5 hours') $$,
    'exists (select from private.cancels c where c.job_id = j.id and c.over_at is not null)'),
  ('esteira-slots', $$ select pg_temp.submit(); update private.slots set token = gen_random_uuid() where job_id is not null $$,
    'not exists (select from private.slots s where s.job_id = j.id)'),
  ('esteira-tick', $$ select private.set_capacity(tests.account_id('echo'), 5) $$, 'j.status = ''processing'''),
  ('esteira-retry', $$ select private.set_capacity(tests.account_id('echo'), 5) $$, 'j.status = ''processing'''),
  ('esteira-progress', $$ select pg_temp.submit(), tests.later('10 minutes');
      insert into private.tool_durations values ('echo', '20 minutes', 1, private.now()) $$, 'j.progress = 45'),
  ('esteira-publications', $$ update public.jobs set status = 'failed', current_step = 'failed', failed_at_step = 'running', error_message = 'x',
      error_code = 'outcome_unknown', completed_at = private.now(), refund = 'due' where lane = 'echo';
      insert into public.publications (job_id, group_id, user_id, connection_id, platform, fingerprint, line, priority, ticket, committed_at, unknown_at)
      select id, id, user_id, id, 'x', '', 'done', 0, 1, private.now(), private.now() from public.jobs where lane = 'echo';
      select tests.later('8 days') $$, 'j.refund = ''paid'''),
  ('esteira-effects', null, null), ('esteira-acts', null, null), ('esteira-alerts', null, null),
  ('esteira-cleanup', null, null), ('esteira-drift', null, null),
  ('esteira-leavers', null, null), ('esteira-inputs', null, null), ('esteira-orphans', null, null), ('esteira-outputs', null, null),
  ('esteira-deliveries', null, null), ('esteira-payloads', null, null), ('esteira-jobs', null, null), ('esteira-paces', null, null), ('esteira-connections', null, null),
  ('esteira-verdicts', null, null);
select set_eq('select part from situations', 'select part from private.parts()', 'every part has a situation');

create function pg_temp.done(p_is_done text) returns text language plpgsql as $$
declare
  v_keys text;
begin
  execute format($query$ select coalesce(string_agg(j.idempotency_key, ', ' order by j.created_at, j.id), 'none')
    from public.jobs j left join public.job_attempts a on a.job_id = j.id and a.attempt = 1
    where j.lane = 'echo' and (%s) $query$, p_is_done) into v_keys;
  return v_keys;
end
$$;
create function pg_temp.tried(p_part text) returns text[] language plpgsql as $$
declare
  v_situation situations := (select s from situations s where part = p_part);
  v_bad uuid := (tests.job('bad')).id;
  v_log text[];
begin
  execute v_situation.prepare;
  perform set_config('tests.bad', v_bad::text, true);
  v_log := v_log || (private.run_part(p_part) is not null)::text;
  v_log := v_log || ('done: ' || pg_temp.done(v_situation.is_done));
  v_log := v_log || (select format('aside: %s', array_agg(format('%s %s', job_id = v_bad, error))) from private.quarantine);
  perform private.run_part(p_part);
  v_log := v_log || (select format('again: %s', array_agg(times)) from private.quarantine);
  perform set_config('tests.bad', '', true);
  perform ops.release(v_bad), private.run_part(p_part);
  v_log := v_log || ('released: ' || pg_temp.done(v_situation.is_done));
  raise exception using errcode = 'ZZ999', message = v_log::text;
exception when sqlstate 'ZZ999' then return sqlerrm::text[];
end
$$;
select is(
  pg_temp.tried(part), (case part
    -- What was moved is not moved again; the job and its attempt count as one each.
    when 'esteira-clock' then '{true,"done: good","aside: {\"t it cannot be written\"}","again: {2}","released: good"}'
    else '{true,"done: good","aside: {\"t it cannot be written\"}","again: {1}","released: bad, good"}' end)::text[],
  part || ' sets the bad job aside, once, and the good one goes on; released, it goes on too')
from situations where prepare is not null;

select * from finish();
rollback;
