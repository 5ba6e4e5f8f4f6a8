create function private.free_slots(p_slots bigint[], p_tokens uuid[]) returns text[]
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  v_lanes text[];
begin
  perform from private.slots where slot_id = any (p_slots) and token = any (p_tokens) order by slot_id for update;
  with freed as (
    update private.slots s set job_id = null, token = null
    where s.slot_id = any (p_slots) and s.token = any (p_tokens)
      and not exists (select from private.slots r where r.account_id = s.account_id and r.is_retiring)
    returning s.lane
  )
  select array_agg(distinct lane) into v_lanes from freed;
  -- Where slots retire, it matters which of them goes.
  return array(
    select distinct l.lane from (
      select unnest(v_lanes) as lane
      union all
      select s.lane from (
        select * from private.slots where slot_id = any (p_slots) and token = any (p_tokens) order by slot_id) s
      where private.free_slot(s.slot_id, s.token)) l
    order by l.lane);
end
$$;
comment on function private.free_slots(bigint[], uuid[]) is
  'Takes the slots from attempts (by their tokens) that still hold theirs (p_slots, in any order), and returns the '
  'lanes that they were in, in order. The caller dispatches those.';
revoke execute on function private.free_slots(bigint[], uuid[]) from public;

create function private.judge_completions(p_reports private.report[]) returns private.report[]
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  return array(
    select (r.n, r.job_id, r.token, r.queue, r.msg_id, r.said, case
      when a.job_id is null then case
        when private.hear_of_ended(r.token, 'succeeded', null, private.now()) then 'late alone' else 'stale_token' end
      -- Late ones, older attempts, and those that may have made several tasks: told one by one.
      when a.outcome is not null or j.completed_at is not null or a.attempt <> j.attempt
        or private.may_be_several(a.resubmit, a.submits)
        then worker.complete(r.job_id, r.token, nullif(r.said -> 'output', 'null'), r.said ->> 'output_url',
          nullif(r.said -> 'raw', 'null')) || ' alone'
      else 'completed' end)::private.report
    from unnest(p_reports) r
    left join public.job_attempts a on a.job_id = r.job_id and a.token = r.token
    left join public.jobs j on j.id = a.job_id
    order by r.n);
end
$$;
comment on function private.judge_completions(private.report[]) is
  'What each completion of a batch comes to: completed, still to be written; or what worker.complete has made of it, '
  'marked as "… alone"; or stale_token.';
revoke execute on function private.judge_completions(private.report[]) from public;

create function worker.complete_many(p_items jsonb) returns table (job_id uuid, verdict text)
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_reports private.report[] := private.lock_reported(p_items);
  v_now timestamptz := private.now();
  v_lane text;
begin
  perform set_config('esteira.effect', 'holds', true); -- whoever ends many waits for no project or model (effects room)
  perform private.lock_reported_tasks(v_reports, p_with_slots => true);
  v_reports := private.judge_completions(v_reports);
  update public.jobs j set status = 'completed', current_step = 'completed', completed_at = v_now, run_at = null,
    progress = 100, output = nullif(r.said -> 'output', 'null'),
    output_bytes = private.output_bytes(nullif(r.said -> 'output', 'null')), output_url = r.said ->> 'output_url',
    refundable = false, request_id = coalesce(a.external_id, j.request_id), step_history = j.step_history
      || private.step('completed', v_now, jsonb_build_object('outputUrl', r.said ->> 'output_url'))
  from unnest(v_reports) r join public.job_attempts a on a.job_id = r.job_id and a.token = r.token
  where j.id = r.job_id and r.verdict = 'completed';
  perform private.delete_messages('settle_queue', array(
    select a.question_id from unnest(v_reports) r
    join public.job_attempts a on a.job_id = r.job_id and a.token = r.token
    where r.verdict = 'completed' and a.question_id is not null));
  update public.job_attempts a set phase = 'finished', finished_at = v_now, outcome = 'succeeded', question_id = null,
    word = 'succeeded', word_at = coalesce(a.word_at, v_now),
    raw_api_response = coalesce(nullif(r.said -> 'raw', 'null'), a.raw_api_response)
  from unnest(v_reports) r where a.job_id = r.job_id and a.token = r.token and r.verdict = 'completed';
  perform private.acknowledge_reports(v_reports);
  foreach v_lane in array (
    select private.free_slots(array_agg(a.slot_id), array_agg(a.token)) from unnest(v_reports) r
    join public.job_attempts a on a.job_id = r.job_id and a.token = r.token where r.verdict = 'completed')
  loop
    while private.dispatch(v_lane, p_poke => false) = 100 loop null; end loop;
  end loop;
  return query select r.job_id, split_part(r.verdict, ' ', 1) from unnest(v_reports) r order by r.n;
end
$$;
comment on function worker.complete_many(jsonb) is
  'These results are stored: worker.complete for 1 to 1,000 jobs, each once. p_items: [{job_id, token, output, '
  'output_url?, raw?, queue?, msg_id?}]. Returns for each, in their order, completed, duplicate, late, or '
  'stale_token, which changes nothing. Error: 422 invalid_input.';
revoke execute on function worker.complete_many(jsonb) from public;
grant execute on function worker.complete_many(jsonb) to service_role;
