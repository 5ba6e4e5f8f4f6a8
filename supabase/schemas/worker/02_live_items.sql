create function private.is_to_do(p_queue text, p_status public.job_status, p_outcome text) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  -- What an older attempt came to is still worth knowing: its success completes a job that is open.
  return p_status in ('pending', 'processing') and (p_outcome is null or p_queue = 'settle_queue');
end
$$;
comment on function private.is_to_do(text, public.job_status, text) is
  'Whether a message of this queue still points at something to do, by its job''s status and its attempt''s outcome.';
revoke execute on function private.is_to_do(text, public.job_status, text) from public;

create function private.live_items(p_queue text, p_messages private.message[])
returns table (queue text, msg_id bigint, read_count integer, item jsonb)
language plpgsql rows 10 set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return query
    with live as materialized (
      select m.msg_id, m.read_count, m.kind, j, a, j.tool, j.lane, a.account_id
      from unnest(p_messages) m
      join public.jobs j on j.id = m.job_id
      join public.job_attempts a on a.job_id = m.job_id and a.attempt = m.attempt and a.dispatch = m.dispatch
      where private.is_to_do(p_queue, j.status, a.outcome)
    ), wired as materialized ( -- each key is read and decrypted once, however many go by it
      select d.*, private.wiring(d.tool, d.lane, d.account_id) as wiring
      from (select distinct tool, lane, account_id from live) d
    )
    select p_queue, l.msg_id, l.read_count, private.bare_item(l.j, l.a) || w.wiring
      || private.publication_item(l.j) || jsonb_build_object('kind', coalesce(l.kind, 'work'))
    from live l join wired w on w.tool = l.tool and w.lane = l.lane and w.account_id is not distinct from l.account_id
    order by l.msg_id;
end
$$;
comment on function private.live_items(text, private.message[]) is
  'The work items of read messages that point at something still to be done.';
revoke execute on function private.live_items(text, private.message[]) from public;

create function private.archive_dead_messages(p_queue text, p_messages private.message[]) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  v_dead private.message[];
begin
  v_dead := array(
    select m::private.message from unnest(p_messages) m
    where not exists (
      select from public.jobs j
      join public.job_attempts a on a.job_id = j.id
      where j.id = m.job_id and a.attempt = m.attempt and a.dispatch = m.dispatch
        and private.is_to_do(p_queue, j.status, a.outcome)));
  if cardinality(v_dead) = 0 then return; end if;
  -- A question that need not be asked any more is no evidence of anything.
  perform private.delete_messages(p_queue, array(select msg_id from unnest(v_dead) where kind = 'poll'));
  perform pgmq.archive(p_queue, array(select msg_id from unnest(v_dead) where kind is distinct from 'poll'));
end
$$;
comment on function private.archive_dead_messages(text, private.message[]) is
  'Puts away read messages that point at nothing that is still to be done.';
revoke execute on function private.archive_dead_messages(text, private.message[]) from public;
