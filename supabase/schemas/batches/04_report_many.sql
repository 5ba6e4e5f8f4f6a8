-- What one worker has to say of several jobs at the same moment, in one transaction: what comes while a call is under
-- way goes together with the next (functions/_shared/engine/together.ts). Each report is answered by itself: one that
-- is refused, or finds its job in somebody's hands, keeps none of the others from being written down.
--
-- Locks. The jobs first of all, then the slots that ends may free, and of both only what nobody has: whoever holds one
-- holds up that one report, which its worker then makes in a call of its own, where it waits as ever. So two such calls
-- have no job in common, and none waits for a slot while it holds others. What is left (rows of the outbox) is waited
-- for as in any batch, for a quarter of a second. Credit accounts come in the order of their users.

create type private.told as (n integer, job_id uuid, user_id uuid, call text, args jsonb, way text);
comment on type private.told is
  'The n-th of what a worker reports together: the function it would call alone (worker.*), with these arguments, and '
  'how that is done: busy (not at all: somebody has its job), together with those of its kind, or alone.';

create function private.report(p_call text, a jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_job uuid := (a ->> 'p_job_id')::uuid;
  v_token uuid := (a ->> 'p_token')::uuid;
  v_queue text := a ->> 'p_queue';
  v_msg_id bigint := (a ->> 'p_msg_id')::bigint;
  v_raw jsonb := nullif(a -> 'p_raw', 'null');
begin
  case p_call
    when 'checkpoint' then
      return to_jsonb(worker.checkpoint(p_job_id => v_job, p_token => v_token, p_checkpoint => a -> 'p_checkpoint',
        p_terms => coalesce(a -> 'p_terms', '{}'), p_queue => v_queue, p_msg_id => v_msg_id));
    when 'submitted' then
      return to_jsonb(worker.submitted(p_job_id => v_job, p_token => v_token, p_external_id => a ->> 'p_external_id',
        p_raw => v_raw, p_details => coalesce(a -> 'p_details', '{}'), p_queue => v_queue,
        p_msg_id => v_msg_id, p_checkpoint => coalesce(a -> 'p_checkpoint', '{}')));
    when 'webhook' then
      return worker.webhook(p_provider => a ->> 'p_provider', p_dedupe_key => a ->> 'p_dedupe_key', p_job_id => v_job,
        p_token => v_token, p_verified_by => a ->> 'p_verified_by', p_headers => a -> 'p_headers',
        p_payload => nullif(a -> 'p_payload', 'null'), p_word => a ->> 'p_word', p_external_id => a ->> 'p_external_id',
        p_details => coalesce(a -> 'p_details', '{}'));
    when 'produced' then
      return to_jsonb(worker.produced(p_job_id => v_job, p_token => v_token, p_outputs => a -> 'p_outputs',
        p_data => nullif(a -> 'p_data', 'null'), p_raw => v_raw, p_external_id => a ->> 'p_external_id',
        p_cost => (a ->> 'p_cost')::numeric, p_cost_currency => a ->> 'p_cost_currency'));
    when 'complete' then
      return to_jsonb(worker.complete(p_job_id => v_job, p_token => v_token,
        p_output => nullif(a -> 'p_output', 'null'), p_output_url => a ->> 'p_output_url', p_raw => v_raw,
        p_queue => v_queue, p_msg_id => v_msg_id));
    when 'attempt_failed' then
      return to_jsonb(worker.attempt_failed(p_job_id => v_job, p_token => v_token,
        p_retry_class => a ->> 'p_retry_class', p_error_code => a ->> 'p_error_code',
        p_error_message => a ->> 'p_error_message', p_raw => v_raw,
        p_retry_after => (a ->> 'p_retry_after')::interval, p_queue => v_queue, p_msg_id => v_msg_id,
        p_all_over => coalesce((a ->> 'p_all_over')::boolean, false)));
    when 'defer' then
      perform worker.defer(p_queue => v_queue, p_msg_id => v_msg_id, p_delay => (a ->> 'p_delay')::interval,
        p_job_id => v_job, p_token => v_token, p_note => coalesce(a -> 'p_note', '{}'));
      return 'null';
  end case;
end
$$;
comment on function private.report(text, jsonb) is
  'Calls the function of the schema worker that is named, with arguments by their names, and returns what it returns.';
revoke execute on function private.report(text, jsonb) from public;

create function private.try_report(p_call text, p_args jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_message text;
  v_detail text;
  v_hint text;
begin
  return jsonb_build_object('data', private.report(p_call, p_args));
exception
  when lock_not_available or deadlock_detected then return '{"busy": true}';
  when others then
    get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
    return jsonb_build_object('error',
      jsonb_build_object('code', sqlstate, 'message', v_message, 'details', v_detail, 'hint', v_hint));
end
$$;
comment on function private.try_report(text, jsonb) is
  'private.report, whose errors are its caller''s to know and nobody else''s: {data}; {busy}, it waited too long for '
  'somebody and nothing was changed; {error: {code, message, details, hint}}, as the Data API puts it.';
revoke execute on function private.try_report(text, jsonb) from public;

create function private.report_alike(p_call text, p_told private.told[]) returns jsonb
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  v_items jsonb;
  v_answers jsonb;
begin
  select jsonb_agg((select jsonb_object_agg(substr(key, 3), value) from jsonb_each(t.args))) into v_items
  from unnest(p_told) t where t.call = p_call and t.way = 'together';
  if jsonb_array_length(coalesce(v_items, '[]')) < 2 then return '{}'; end if;
  if p_call = 'submitted' then
    select jsonb_object_agg(job_id, verdict) into v_answers from worker.submitted_many(v_items);
  else
    select jsonb_object_agg(job_id, verdict) into v_answers from worker.complete_many(v_items);
  end if;
  return v_answers;
exception when others then
  return '{}'; -- one of them keeps the others from nothing
end
$$;
comment on function private.report_alike(text, private.told[]) is
  'Reports those that go together (submitted or complete) in one batch. Returns the verdicts by job; none when the '
  'batch failed, and changed nothing.';
revoke execute on function private.report_alike(text, private.told[]) from public;

create function private.read_told(p_reports jsonb) returns private.told[]
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  if jsonb_typeof(p_reports) is distinct from 'array' or jsonb_array_length(p_reports) not between 1 and 100 or exists (
    select from jsonb_array_elements(p_reports) r
    where jsonb_typeof(r) <> 'object' or jsonb_typeof(r -> 'args') is distinct from 'object'
      or not coalesce(r ->> 'call' in (
        'checkpoint', 'submitted', 'webhook', 'produced', 'complete', 'attempt_failed', 'defer'), false)
      or not pg_input_is_valid(coalesce(r -> 'args' ->> 'p_job_id', ''), 'uuid'))
  then
    perform private.refuse(422, 'invalid_input',
      'The reports are an array of 1 to 100 objects with call and args, of which p_job_id is one.', 'reports');
  end if;
  return array(
    select (r.n, j.job_id, k.user_id, r.report ->> 'call', r.report -> 'args', case
      when r.report ->> 'call' in ('submitted', 'complete') and count(*) over (partition by j.job_id) = 1
        then 'together'
      else 'alone' end)::private.told
    from jsonb_array_elements(p_reports) with ordinality r (report, n)
    cross join lateral (select (r.report -> 'args' ->> 'p_job_id')::uuid as job_id) j
    left join public.jobs k on k.id = j.job_id
    order by k.user_id, r.n);
end
$$;
comment on function private.read_told(jsonb) is
  'What a worker reports together ([{call, args}]), user by user. Error: 422 invalid_input.';
revoke execute on function private.read_told(jsonb) from public;

create function private.lock_told(p_told private.told[]) returns private.told[]
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  v_jobs uuid[] := array(
    select id from public.jobs where id in (select job_id from unnest(p_told))
    order by id for no key update skip locked);
  v_ends uuid[] := array(
    select job_id from unnest(p_told) where call not in ('checkpoint', 'submitted', 'defer') and job_id = any (v_jobs));
  v_slots bigint[];
  v_had bigint[];
begin
  -- Those too of attempts that are superseded, as private.lock_reported_tasks has them.
  v_slots := array(
    select slot_id from public.job_attempts where job_id = any (v_ends) and slot_id is not null
    union
    select c.slot_id from public.job_attempts a join private.cancels c on c.token = a.token
    where a.job_id = any (v_ends) and c.slot_id is not null);
  v_had := array(
    select slot_id from private.slots where slot_id = any (v_slots) order by slot_id for update skip locked);
  return array(
    select (t.n, t.job_id, t.user_id, t.call, t.args, case
      when t.user_id is null then t.way -- gone: the outbox hears of it
      when t.job_id <> all (v_jobs) or t.job_id = any (v_ends) and exists (
        select from public.job_attempts a join private.slots s on s.slot_id = a.slot_id
        where a.job_id = t.job_id and s.slot_id <> all (v_had)) then 'busy'
      else t.way end)::private.told
    from unnest(p_told) with ordinality t (n, job_id, user_id, call, args, way, place) order by t.place);
end
$$;
comment on function private.lock_told(private.told[]) is
  'Locks the jobs of what is reported, and the slots that may be freed, where nobody has them; the others are busy.';
revoke execute on function private.lock_told(private.told[]) from public;

create function worker.report_many(p_reports jsonb) returns jsonb
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set lock_timeout = '250ms' set jit = off as $$
declare
  v_told private.told[] := private.lock_told(private.read_told(p_reports));
  v_one private.told;
  v_verdicts jsonb;
  v_answers jsonb[] := array_fill(null::jsonb, array[cardinality(v_told)]);
begin
  perform set_config('esteira.effect', 'holds', true); -- whoever ends many waits for no project or model (effects room)
  v_verdicts := private.report_alike('submitted', v_told) || private.report_alike('complete', v_told);
  foreach v_one in array v_told loop
    v_answers[v_one.n] := case
      when v_one.way = 'busy' then '{"busy": true}'
      when v_one.way = 'alone' or v_verdicts -> v_one.job_id::text is null
        or v_verdicts ->> v_one.job_id::text = 'stale_token' then private.try_report(v_one.call, v_one.args)
      else jsonb_build_object('data', v_verdicts -> v_one.job_id::text) end;
  end loop;
  return to_jsonb(v_answers);
end
$$;
comment on function worker.report_many(jsonb) is
  'Several of a worker''s calls in one transaction: p_reports: [{call, args}], 1 to 100 of them, call being '
  'checkpoint, submitted, webhook, produced, complete, attempt_failed or defer, and args its arguments by their '
  'names. Returns for each, in their order, {data}, as the call alone would have returned; {error: {code, message, '
  'details, hint}}, as it would have raised; or {busy: true}: somebody has the job, nothing was changed, call alone. '
  'Error: 422 invalid_input.';
revoke execute on function worker.report_many(jsonb) from public;
grant execute on function worker.report_many(jsonb) to service_role;
