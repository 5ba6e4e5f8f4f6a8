create function private.untold(
  p_user_id uuid, p_projects uuid[], p_topics text[], p_began timestamptz, p_margin interval, p_messages jsonb
) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  -- Broadcasts that could not be written are counted; of those that nobody could have heard without their topics.
  return exists (
    select from private.broadcast_failures
    where minute >= date_trunc('minute', p_began) and (heard < count or topics is null or topics && p_topics))
  -- Terminal jobs are not looked through: there may be many.
  or exists (
    with told as (
      select message #>> '{payload,new,id}' as id, max((message #> '{payload,new,version}')::numeric) as version
      from jsonb_array_elements(p_messages) message
      where jsonb_typeof(message #> '{payload,new,version}') = 'number' group by 1
    ), changed as (
      select id, version, updated_at as at from public.jobs
      where user_id = p_user_id and status in ('pending', 'processing')
      union all
      select id, version, "updatedAt" from public.ai_models where "userId" = p_user_id
      union all
      select id, version, updated_at from public.projects where id = any (p_projects)
    )
    select from changed c left join told t on t.id = c.id::text
    -- What create_jobs makes is told by one broadcast for all.
    where c.at >= p_began + p_margin and c.version > 1 and coalesce(t.version < c.version, true));
end
$$;
comment on function private.untold(uuid, uuid[], text[], timestamptz, interval, jsonb) is
  'Whether a transaction that began at p_began or later, and took no longer than p_margin, has changed something of a '
  'user, or of these projects, that none of p_messages tells of. p_topics: where it would have been told.';
revoke execute on function private.untold(uuid, uuid[], text[], timestamptz, interval, jsonb) from public;

create function private.messages_since(p_topics text[], p_began timestamptz, p_most integer) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  -- Found by an index of the platform's, which has the time at which the transaction began.
  return (
    select coalesce(jsonb_agg(to_jsonb(m)), '[]') from (
      select id, (extract(epoch from inserted_at) * 1000000)::bigint as began, topic, event, payload
      from realtime.messages
      where inserted_at >= p_began at time zone 'UTC' and extension = 'broadcast' and private and topic = any (p_topics)
      order by inserted_at limit p_most) m);
end
$$;
comment on function private.messages_since(text[], timestamptz, integer) is
  'What was broadcast to these topics by transactions that began at p_began or later: [{id, began (microseconds since '
  '1970), topic, event, payload}], in the order in which they began, at most p_most.';
revoke execute on function private.messages_since(text[], timestamptz, integer) from public;

create function worker.told_since(
  p_user_id uuid, p_projects uuid[], p_began bigint, p_margin_ms integer, p_most integer
) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_topics text[] := 'jobs:' || p_user_id || array(select 'project:' || asked from unnest(p_projects) asked);
  v_margin interval := make_interval(secs => p_margin_ms / 1000.0);
  -- The transaction began before its snapshot: what is committed and not seen here began after this, or takes long.
  v_settled timestamptz := now() - v_margin;
  v_began timestamptz := to_timestamp(p_began / 1000000.0);
  v_messages jsonb;
  v_missed text;
begin
  if v_began between now() - interval '5 minutes' and now() then
    v_messages := private.messages_since(v_topics, v_began, p_most + 1);
    v_missed := case
      when jsonb_array_length(v_messages) > p_most then 'too_much'
      when private.untold(p_user_id, p_projects, v_topics, v_began, v_margin, v_messages) then 'untold' end;
  else
    v_missed := 'too_long_ago';
  end if;
  if v_missed is not null then v_messages := private.messages_since(v_topics, v_settled, p_most + 1); end if;
  return jsonb_build_object('settled', (extract(epoch from v_settled) * 1000000)::bigint,
    'missed', v_missed, 'messages', v_messages);
end
$$;
comment on function worker.told_since(uuid, uuid[], bigint, integer, integer) is
  'What was broadcast to a user, and of these projects, by transactions that began at p_began (microseconds since '
  '1970) or later: {settled, missed, messages: [{id, began, topic, event, payload}]}. missed: null, or why that '
  'cannot be told: too_long_ago (also without p_began), too_much (more than p_most), untold (a row has changed and no '
  'broadcast is there); the messages are then those that began at settled or later, p_most + 1 at the most. settled: '
  'whatever began before that and takes no longer than p_margin_ms is over and can be seen.';
revoke execute on function worker.told_since(uuid, uuid[], bigint, integer, integer) from public;
grant execute on function worker.told_since(uuid, uuid[], bigint, integer, integer) to service_role;
