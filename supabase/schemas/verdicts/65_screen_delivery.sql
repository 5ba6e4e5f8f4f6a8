-- Whether a change was heard only the screen can tell. Clients report by user and hour, not by job: so this says how
-- the user's screens have learned of changes since the hour of the job's last one, and nothing where they say nothing.

create function private.learned_since(p_user_id uuid, p_since timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object('changes', sum(d.changes),
      'live', coalesce(sum(d.changes) filter (where d.channel in ('realtime', 'sse')), 0),
      'polled', coalesce(sum(d.changes) filter (where d.channel = 'poll'), 0), 'missed', sum(d.missed),
      'late_max_ms', max(d.late_max_ms), 'by_channel', jsonb_object_agg(d.channel, d.changes))
    from (
      select channel, sum(changes) as changes, sum(missed) as missed, max(late_max_ms) as late_max_ms
      from private.deliveries
      where user_id = p_user_id and hour >= date_trunc('hour', p_since, 'UTC') group by channel) d
    having sum(d.changes) > 0);
end
$$;
comment on function private.learned_since(uuid, timestamptz) is
  'How a user''s screens have learned of changes since the hour of this time, as they tell it; null: they tell '
  'nothing.';
revoke execute on function private.learned_since(uuid, timestamptz) from public;

create function private.findings_of_delivery(p_job public.jobs, p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_learned jsonb := private.learned_since(p_job.user_id, p_job.updated_at);
  v_changes bigint := (v_learned ->> 'changes')::bigint;
  v_missed bigint := (v_learned ->> 'missed')::bigint;
  v_what text;
begin
  if v_learned is null then
    return next private.not_so('not_delivered',
      'No screen of its owner has told anything since: nobody may be watching.');
    return;
  end if;
  v_what := case
    when v_missed * 20 >= v_changes and v_missed > 0 then format(
      'Its owner''s screens missed %s of %s changes while they believed that they were live.', v_missed, v_changes)
    when (v_learned ->> 'live')::bigint = 0 and (v_learned ->> 'polled')::bigint > 0 then format(
      'Its owner''s screens have no live connection: they learned of %s changes, none of them live.', v_changes) end;
  if v_what is null then
    return next private.not_so('not_delivered', format(
      'Its owner''s screens learned of %s changes since, %s of them live. If one shows them not, look at the app.',
      v_changes, v_learned ->> 'live'), v_learned);
    return;
  end if;
  return next private.finding('not_delivered', v_what, v_learned, p_since => p_job.updated_at,
    p_expected_at => p_at + interval '1 minute', p_subject => 'jobs:' || left(p_job.user_id::text, 8) || '…',
    -- A job that goes on has a better reason to stand where it stands.
    p_level => case when p_job.status in ('pending', 'processing') then 'info' end);
end
$$;
comment on function private.findings_of_delivery(public.jobs, timestamptz) is
  'How the job''s owner''s screens have learned of changes since its last one.';
revoke execute on function private.findings_of_delivery(public.jobs, timestamptz) from public;
