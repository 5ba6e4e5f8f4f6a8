create function private.forget_messages(p_job_ids uuid[]) returns integer
language plpgsql set search_path = '' as $$
declare
  v_table text;
  v_rows integer;
  v_count integer := 0;
begin
  -- Volatile, for what it executes writes; a linter sees none of that.
  -- @plpgsql_check_options: performance_warnings = off
  if cardinality(p_job_ids) = 0 then return 0; end if;
  for v_table in
    select prefix || name from unnest(array['q_', 'a_']) prefix,
      (select 'settle_queue' union select 'dead_letters' union select queue_name from private.lanes) queues (name)
    where to_regclass(format('pgmq.%I', prefix || name)) is not null order by 1
  loop
    -- Whoever has read one is about to find that its job is gone.
    execute format('delete from pgmq.%1$I where msg_id in (select msg_id from pgmq.%1$I
      where message ->> ''job_id'' = any ($1) for update skip locked)', v_table)
    using p_job_ids::text[];
    get diagnostics v_rows = row_count;
    v_count := v_count + v_rows;
  end loop;
  return v_count;
end
$$;
comment on function private.forget_messages(uuid[]) is
  'Deletes the messages and archived messages of jobs that are gone. Returns how many.';
revoke execute on function private.forget_messages(uuid[]) from public;

create function private.forget_broadcasts(p_topics text[]) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  -- They have been told. The platform lets nobody but itself delete them, which it does after three days.
  update realtime.messages set topic = 'forgotten', payload = '{}' where topic = any (p_topics);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.forget_broadcasts(text[]) is
  'Empties the broadcasts that Realtime still has of these topics. Returns how many.';
revoke execute on function private.forget_broadcasts(text[]) from public;

create function private.forget_at_platform(p_leaver private.leavers, out did jsonb)
language plpgsql set search_path = '' as $$
declare
  v_named text := '%' || p_leaver.user_id || '%';
  v_answers integer;
  v_log integer;
begin
  delete from net._http_response where content like v_named or error_msg like v_named;
  get diagnostics v_answers = row_count;
  delete from cron.job_run_details where return_message like v_named or command like v_named;
  get diagnostics v_log = row_count;
  did := jsonb_build_object(
    'broadcasts', private.forget_broadcasts(p_leaver.topics), 'answers', v_answers, 'log', v_log);
exception when others then -- what is the platform's may be refused, and keeps nothing that is ours
  perform private.note_fault('esteira-leavers', null, sqlstate, sqlerrm);
  did := '{}';
end
$$;
comment on function private.forget_at_platform(private.leavers) is
  'Forgets what the platform''s own tables tell of a user who is gone. Returns counts: {broadcasts, answers, log}; '
  'none when it was refused, which is told in private.faults.';
revoke execute on function private.forget_at_platform(private.leavers) from public;

create function private.forget_traces(p_leaver private.leavers) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_events integer;
begin
  update private.cancels set user_id = p_leaver.tombstone_id, checkpoint = private.without_files(checkpoint)
  where token in (select token from private.cancels where user_id = p_leaver.user_id for update skip locked);
  delete from private.webhook_events where user_id = p_leaver.user_id or job_id = any (p_leaver.job_ids);
  get diagnostics v_events = row_count;
  delete from private.webhook_refusals where user_id = p_leaver.user_id;
  delete from private.broadcast_failures f where f.topic = any (p_leaver.topics);
  update private.broadcast_failures f set topics = array(select unnest(f.topics) except select unnest(p_leaver.topics))
  where f.topics && p_leaver.topics;
  perform private.forget_deliveries_of(p_leaver.user_id); -- told meanwhile, by a token that outlived its user
  delete from private.verdicts where user_id = p_leaver.user_id; -- noted by who looked at its job meanwhile
  perform private.forget_in_audit(p_leaver);
  update private.quarantine set error = '' where job_id = any (p_leaver.job_ids); -- which tasks still need
  delete from private.faults f where f.error like '%' || p_leaver.user_id || '%'
    or exists (select from unnest(p_leaver.job_ids) id where strpos(f.error, id::text) > 0);
  return jsonb_build_object('webhook_events', v_events, 'messages', private.forget_messages(p_leaver.job_ids))
    || private.forget_at_platform(p_leaver);
end
$$;
comment on function private.forget_traces(private.leavers) is
  'Looks for what tells of a user who is gone, and forgets it. Returns counts: {webhook_events, messages, broadcasts, '
  'answers, log}.';
revoke execute on function private.forget_traces(private.leavers) from public;

create function private.forget_leavers(p_user_id uuid default null) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_leaver private.leavers;
  v_did jsonb := '{}';
  v_count integer := 0;
begin
  for v_leaver in
    select * from private.leavers where due_at <= v_now and user_id = coalesce(p_user_id, user_id)
    order by due_at limit 10 for update skip locked
  loop
    begin
      v_did := private.forget_traces(v_leaver);
      if v_leaver.looks > 0 and v_now >= v_leaver.left_at + interval '3 hours' then
        delete from private.leavers where user_id = v_leaver.user_id;
      else
        update private.leavers set looks = looks + 1, due_at = v_leaver.left_at + interval '3 hours'
        where user_id = v_leaver.user_id;
      end if;
      v_count := v_count + 1;
    exception when others then
      update private.leavers set due_at = v_now + interval '5 minutes' where user_id = v_leaver.user_id;
      perform private.note_fault('esteira-leavers', null, sqlstate, sqlerrm);
    end;
  end loop;
  return v_did || jsonb_build_object('leavers', v_count);
end
$$;
comment on function private.forget_leavers(uuid) is
  'Forgets the traces of up to ten users who have left, or of one. Returns how many, and what the last look found.';
revoke execute on function private.forget_leavers(uuid) from public;
