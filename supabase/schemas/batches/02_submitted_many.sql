create function worker.submitted_many(p_items jsonb) returns table (job_id uuid, verdict text)
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_reports private.report[] := private.lock_reported(p_items);
  v_now timestamptz := private.now();
  v_shown public.job_attempts[];
begin
  perform private.lock_reported_tasks(v_reports, p_with_slots => false);
  v_reports := array(
    select (r.n, r.job_id, r.token, r.queue, r.msg_id, r.said, case
      when j.id is not null then j.status::text
      -- Its user is gone: the outbox hears of the task.
      when private.note_task(r.token, r.said ->> 'external_id', v_now, coalesce(r.said -> 'checkpoint', '{}'))
        then 'cancelled'
      else 'stale_token' end)::private.report
    from unnest(v_reports) r
    left join public.job_attempts a on a.job_id = r.job_id and a.token = r.token
    left join public.jobs j on j.id = a.job_id);
  -- Those about which there is anything to think, one by one.
  perform worker.submitted(r.job_id, r.token, r.said ->> 'external_id', nullif(r.said -> 'raw', 'null'),
    coalesce(r.said -> 'details', '{}'), p_checkpoint => coalesce(r.said -> 'checkpoint', '{}'))
  from unnest(v_reports) r join public.job_attempts a on a.job_id = r.job_id and a.token = r.token
  where a.outcome is not null or a.external_id is not null or r.verdict <> 'processing';
  with taken as (
    update public.job_attempts a set external_id = r.said ->> 'external_id', submitted_at = v_now,
      raw_api_response = coalesce(nullif(r.said -> 'raw', 'null'), a.raw_api_response),
      checkpoint = a.checkpoint || coalesce(r.said -> 'checkpoint', '{}'),
      phase = case when a.phase in ('settling', 'produced') then a.phase else 'submitted' end
    from unnest(v_reports) r
    where a.job_id = r.job_id and a.token = r.token and a.outcome is null and a.external_id is null
      and r.verdict = 'processing'
    returning a.job_id, a.attempt, a.external_id, a.word, a as attempt_row, r.said -> 'details' as details
  ), shown as (
    update public.jobs j set request_id = t.external_id,
      current_step = case j.current_step when 'starting' then 'running' else j.current_step end,
      step_history = case j.current_step
        when 'starting' then j.step_history || private.step('running', v_now,
          jsonb_build_object('taskId', t.external_id) || coalesce(t.details, '{}'))
        else j.step_history end
    from taken t where j.id = t.job_id and j.status = 'processing' and j.attempt = t.attempt
    returning j.lane, t.attempt_row, t.word
  )
  select array_agg(s.attempt_row) into v_shown from shown s join private.lanes l on l.lane = s.lane
  where l.delivery in ('poll', 'webhook') and s.word is null;
  update public.job_attempts a set question_id = private.send_to_settle(s, 'poll', l.poll_after)
  from unnest(v_shown) s join public.jobs j on j.id = s.job_id join private.lanes l on l.lane = j.lane
  where a.job_id = s.job_id and a.attempt = s.attempt;
  perform private.acknowledge_reports(v_reports);
  return query select r.job_id, r.verdict from unnest(v_reports) r order by r.n;
end
$$;
comment on function worker.submitted_many(jsonb) is
  'Providers have taken these tasks: worker.submitted for 1 to 1,000 jobs, each once. p_items: [{job_id, token, '
  'external_id, raw?, details?, checkpoint?, queue?, msg_id?}]. Returns for each, in their order, the job''s status '
  '(cancelled when it is gone), or stale_token, which changes nothing. Error: 422 invalid_input.';
revoke execute on function worker.submitted_many(jsonb) from public;
grant execute on function worker.submitted_many(jsonb) to service_role;
