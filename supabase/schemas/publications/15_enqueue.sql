create function private.enqueue_wish(p_user_id uuid, p_wish jsonb, p_handed jsonb, p_by_user boolean) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_code text;
  v_message text;
  v_hint text;
  v_key text := p_wish ->> 'idempotency_key';
  v_is_known boolean := v_key is not null and exists (
    select from public.jobs where user_id = p_user_id and idempotency_key = v_key);
  v_job public.jobs;
begin
  v_job := public.create_job(p_user_id, p_wish ->> 'tool', p_wish -> 'input', (p_wish ->> 'priority')::smallint,
    (p_wish ->> 'run_at')::timestamptz, v_key, coalesce(nullif(p_wish -> 'metadata', 'null'), '{}'), true, p_by_user,
    p_handed);
  return jsonb_build_object('n', p_wish -> 'n', 'id', v_job.id, 'is_new', not v_is_known);
exception when others then
  if sqlstate !~ '^PT' then raise; end if;
  get stacked diagnostics v_code = pg_exception_detail, v_message = message_text, v_hint = pg_exception_hint;
  return jsonb_build_object('n', p_wish -> 'n', 'code', v_code, 'message', v_message,
    'status', substr(sqlstate, 3)::integer) || case when starts_with(v_hint, '{')
      then jsonb_build_object('field', v_hint::jsonb -> 'field', 'details', v_hint::jsonb - 'field')
      else jsonb_build_object('field', nullif(v_hint, ''), 'details', '{}'::jsonb) end;
end
$$;
comment on function private.enqueue_wish(uuid, jsonb, jsonb, boolean) is
  'Creates a job of a user as a wish says it, in a sub-transaction of its own: {n, id, is_new}; or says why there is '
  'none: {n, code, message, field, details, status}. Raises what is nobody''s fault.';
revoke execute on function private.enqueue_wish(uuid, jsonb, jsonb, boolean) from public;

create function worker.enqueue_publications(
  p_user_id uuid, p_wishes jsonb, p_handed jsonb default '{}', p_by_user boolean default true,
  p_caller_drains boolean default true
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_done jsonb[];
begin
  if jsonb_typeof(p_wishes) is distinct from 'array' or jsonb_array_length(p_wishes) not between 1 and 50 then
    perform private.refuse(422, 'invalid_input', 'The wishes are an array of 1 to 50.', 'wishes');
  end if;
  perform private.lock_creates(p_user_id);
  perform set_config('esteira.dispatch', 'later', true);
  select array_agg(private.enqueue_wish(p_user_id, wish, coalesce(p_handed, '{}'), p_by_user) order by n) into v_done
  from (select * from jsonb_array_elements(p_wishes) with ordinality w (wish, n) order by n) in_order;
  perform set_config('esteira.dispatch', '', true);
  perform set_config('response.status', '', true); -- some may be known, and others new: is_new says it
  perform private.dispatch('publication', p_poke => not p_caller_drains);
  return jsonb_build_object(
    'jobs', (select coalesce(jsonb_agg(jsonb_build_object('n', d -> 'n', 'is_new', d -> 'is_new', 'job', to_jsonb(j)
        - array['ticket', 'idempotency_hash']) order by nth), '[]')
      from unnest(v_done) with ordinality done (d, nth) join public.jobs j on j.id = (d ->> 'id')::uuid),
    'rejected', (select coalesce(jsonb_agg(d order by nth), '[]')
      from unnest(v_done) with ordinality done (d, nth) where d ? 'code'));
end
$$;
comment on function worker.enqueue_publications(uuid, jsonb, jsonb, boolean, boolean) is
  'Creates those publications of a user that can be, in their order, as far as the balance goes, in one transaction. '
  'p_wishes: [{n, tool, input, metadata, priority, run_at, idempotency_key}], 1 to 50; p_handed, p_by_user, '
  'p_caller_drains: as of create_job. Returns {jobs: [{n, is_new, job}], rejected: [{n, code, message, field, details, '
  'status}]}: codes as of create_job, and connection_not_found, connection_revoked, duplicate_content. Error: 422 '
  'invalid_input.';
revoke execute on function worker.enqueue_publications(uuid, jsonb, jsonb, boolean, boolean) from public;
grant execute on function worker.enqueue_publications(uuid, jsonb, jsonb, boolean, boolean) to service_role;
