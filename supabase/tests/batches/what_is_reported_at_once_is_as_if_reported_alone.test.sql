-- A batch writes by other statements than a single report: what is left of a job, its attempts, its slot, its price and
-- the messages about it is all the same what the same report leaves alone, whatever was heard of the task before.
begin;
select plan(56);

select tests.freeze('2030-01-01 00:00Z');
select tests.create_user('ana', 1000);
select tests.enable_tool(tool, tool, 200) from unnest(array['echo', 'polled', 'direct']) tool;
update private.lanes set delivery = case lane when 'polled' then 'poll' else 'sync' end where lane in ('polled', 'direct');
update private.lanes set max_active_per_user = null, backoff_max = '1 minute' where lane = 'echo';

-- What happened before the report, to the job of that name.
create function pg_temp.bring(p_key text, p_case text) returns void language plpgsql as $$
begin
  perform tests.create_job('ana', p_key, case when p_case in ('polled', 'direct') then p_case else 'echo' end);
  perform worker.checkpoint((tests.job(p_key)).id, (tests.attempt(p_key)).token, '{"before": 1, "at": "before"}',
    jsonb_build_object('resubmit', case when p_case like '%several%' then 'at_least_once' else 'reconcile_only' end, 'can_stop', true));
  if p_case like '%several%' then
    update public.job_attempts a set nones = 2 from public.jobs j where j.id = a.job_id and j.idempotency_key = p_key;
    perform tests.later('10 minutes');
    if not tests.pass(p_key, 'at_least_once') then raise 'There is no second task.'; end if;
  end if;
  if p_case like '%calls%' then perform tests.webhook(p_key, p_key || '/0', null, p_external_id => null); end if;
  if p_case like '%named%' then perform tests.webhook(p_key, p_key || '/1', null, p_external_id => 'task-' || p_case); end if;
  if p_case like '%said%' then perform tests.submit(p_key, 'task-of-before'); end if;
  if p_case like '%success%' then perform tests.webhook(p_key, p_key || '/2', 'succeeded', p_external_id => null); end if;
  if p_case like '%failure%' then perform tests.webhook(p_key, p_key || '/3', 'failed', p_external_id => null); end if;
  if p_case like '%produced%' then
    perform worker.produced((tests.job(p_key)).id, (tests.attempt(p_key)).token, '[{"url": "https://provider.test/a.png"}]', p_raw => '{"code": "before"}');
  end if;
  if p_case like '%older%' then
    perform tests.fail(p_key, 'backoff', interval '1 minute');
    perform tests.later('5 minutes'), private.dispatch('echo');
  end if;
  if p_case like '%both%' then perform tests.submit(p_key, 'task-of-the-newer'); end if;
  if p_case like '%failed%' then perform tests.fail_task(p_key); end if;
  if p_case like '%done%' then perform tests.complete(p_key); end if;
  if p_case like '%cancelled%' then perform tests.cancel(p_key); end if;
end
$$;
-- What is left, with nothing in it that only tells one of two jobs from the other.
create function pg_temp.left_of(p_key text) returns text language plpgsql as $$
declare
  v_job public.jobs := tests.job(p_key);
  v_text text := jsonb_build_object(
    'job', to_jsonb(v_job) - '{ticket,idempotency_key,idempotency_hash,step_history}'::text[],
    'history', (select jsonb_agg(s - '{slotsAvailable,globalRunning,newBalance,position,retry_at}'::text[] order by n)
      from jsonb_array_elements(v_job.step_history) with ordinality steps (s, n)),
    'attempts', (select jsonb_agg(to_jsonb(a) - '{slot_id,question_id}'::text[] || jsonb_build_object('asks', (
        select array_agg(m.message ->> 'kind' || (m.vt - statement_timestamp() > '1 minute')) from tests.messages('settle_queue') m
        where m.msg_id = a.question_id), 'holds', exists (select from private.slots s where s.token = a.token)) order by a.attempt)
      from public.job_attempts a where a.job_id = v_job.id),
    'outbox', (select jsonb_agg(to_jsonb(c) - '{slot_id}'::text[] order by attempt) from private.cancels c where c.job_id = v_job.id),
    'files', (select jsonb_agg(to_jsonb(d) - '{doomed_id}'::text[]) from private.doomed_files d where d.job_id = v_job.id),
    'paid', (select jsonb_agg(jsonb_build_array(kind, amount, is_counted) order by entry_id) from public.credit_entries where job_id = v_job.id),
    'settling', (select jsonb_agg(m.message - 'job_id' order by msg_id) from tests.messages('settle_queue') m where m.message ->> 'job_id' = v_job.id::text)
    )::text;
begin
  return regexp_replace(replace(v_text, v_job.id::text, 'id'), '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', 'uuid', 'g');
end
$$;
create temporary table cases as select unnest(array['fresh', 'polled', 'direct', 'calls', 'named', 'said', 'said calls', 'success', 'failure', 'produced', 'fresh, bare', 'produced, bare', 'several, bare',
  'said produced', 'said success', 'said several', 'several', 'several success', 'older', 'said older', 'older both', 'said older both', 'failed', 'done', 'said done',
  'cancelled', 'said cancelled', 'said older cancelled']) as what;

create function pg_temp.compare(p_name text, p_extra jsonb) returns table (what text, alone text, at_once text) language plpgsql as $$
declare
  v_case record;
  v_extra jsonb;
  v_said jsonb;
begin
  create temporary table reports on commit drop as select c.what, p_name || ' ' || who || ' ' || c.what as key, who
  from cases c, unnest(array['alone', 'at once']) who order by c.what, who;
  for v_case in select * from reports r order by r.what, r.who loop
    perform tests.freeze('2030-01-01 00:00Z'), pg_temp.bring(v_case.key, v_case.what);
  end loop;
  perform tests.freeze('2030-01-01 01:00Z');
  for v_case in select r.*, a.job_id, a.token from reports r, lateral tests.job(r.key) j
    join public.job_attempts a on a.job_id = j.id and a.attempt = 1 where r.who = 'alone' loop
    v_extra := case when v_case.what like '%bare' then '{}' else p_extra end; -- what may be left out
    if p_name = 'submitted' then
      perform worker.submitted(v_case.job_id, v_case.token, 'task-1', v_extra -> 'raw', coalesce(v_extra -> 'details', '{}'),
        p_checkpoint => coalesce(v_extra -> 'checkpoint', '{}'));
    else
      perform worker.complete(v_case.job_id, v_case.token, v_extra -> 'output', v_extra ->> 'output_url', v_extra -> 'raw');
    end if;
  end loop;
  select jsonb_agg(jsonb_build_object('job_id', a.job_id, 'token', a.token, 'external_id', 'task-1')
    || case when r.what like '%bare' then '{}' else p_extra end order by r.what desc) into v_said
  from reports r, lateral tests.job(r.key) j join public.job_attempts a on a.job_id = j.id and a.attempt = 1 where r.who = 'at once';
  if p_name = 'submitted' then perform worker.submitted_many(v_said); else perform worker.complete_many(v_said); end if;
  return query select c.what, pg_temp.left_of(p_name || ' alone ' || c.what), pg_temp.left_of(p_name || ' at once ' || c.what) from cases c;
  drop table reports;
end
$$;
create temporary table compared as select * from pg_temp.compare('submitted', '{"raw": {"code": 0}, "details": {"taskStatus": "RUNNING"}, "checkpoint": {"at": "m"}}');
select is(at_once, alone, 'submitted: ' || what) from compared;
drop table compared;
create temporary table compared as select * from pg_temp.compare('complete', '{"output": {"files": [{"bucket": "outputs", "path": "a.png", "bytes": 7}]}, "output_url": "https://example.test/a.png", "raw": {"code": 1}}');
select is(at_once, alone, 'complete: ' || what) from compared;
select * from finish();
rollback;
