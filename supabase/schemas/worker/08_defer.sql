create function worker.defer(
  p_queue text, p_msg_id bigint, p_delay interval,
  p_job_id uuid default null, p_token uuid default null, p_note jsonb default '{}'
) returns void language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
begin
  if p_queue = 'publication_queue' then perform from public.jobs where id = p_job_id for update; end if;
  if p_note <> '{}' then
    update public.job_attempts set checkpoint = checkpoint || p_note where job_id = p_job_id and token = p_token;
  end if;
  perform pgmq.set_vt(p_queue, p_msg_id, greatest(extract(epoch from p_delay), 0)::integer);
  if p_queue = 'publication_queue' and p_delay >= interval '3 seconds' then
    perform private.rest(p_job_id, p_token);
  end if;
end
$$;
comment on function worker.defer(text, bigint, interval, uuid, uuid, jsonb) is
  'Makes a leased message visible again after p_delay: later than its lease, or sooner. p_note is merged into the '
  'checkpoint of the attempt with p_token, for whoever reads the message next. A publication that is put off '
  'for three seconds and more gives its slot to others meanwhile.';
revoke execute on function worker.defer(text, bigint, interval, uuid, uuid, jsonb) from public;
grant execute on function worker.defer(text, bigint, interval, uuid, uuid, jsonb) to service_role;
