-- The three ways of not being stopped. A call is text (`private.free_slots($1, $2)`), written by us alone.

create function private.guarded(p_part text, p_call text, p_lane private.lanes default null) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_result jsonb;
begin
  execute format('select to_jsonb(%s)', p_call) into v_result using p_lane;
  return v_result;
exception when others then
  perform private.note_fault(p_part, p_lane.lane, sqlstate, sqlerrm);
  return null;
end
$$;
comment on function private.guarded(text, text, private.lanes) is
  'Does something in a sub-transaction of its own, with a lane as $1, and returns its result; null: it failed, which '
  'is told.';
revoke execute on function private.guarded(text, text, private.lanes) from public;

create function private.each_lane(p_part text, p_call text) returns setof jsonb
language plpgsql rows 10 set search_path = '' as $$
declare
  v_lane private.lanes;
  v_did jsonb;
begin
  for v_lane in select * from private.lanes order by lane loop
    v_did := private.guarded(p_part, p_call, v_lane);
    if v_did is not null then return next v_did; end if;
  end loop;
end
$$;
comment on function private.each_lane(text, text) is
  'Does something for each lane, $1, in a sub-transaction of its own; returns the results. The one loop over lanes.';
revoke execute on function private.each_lane(text, text) from public;

create function private.do_each(p_part text, p_call text, p_jobs uuid[], p_tokens uuid[] default '{}') returns integer
language plpgsql set search_path = '' as $$
declare
  v_one record;
  v_did integer;
  v_count integer := 0;
begin
  for v_one in select job_id, token from unnest(p_jobs, p_tokens) each_one (job_id, token) loop
    begin
      execute 'select ' || p_call into v_did using array[v_one.job_id], array[v_one.token];
      v_count := v_count + v_did;
    exception when others then
      perform private.set_aside(p_part, v_one.job_id, sqlstate, sqlerrm);
    end;
  end loop;
  return v_count;
end
$$;
comment on function private.do_each(text, text, uuid[], uuid[]) is
  'Does something for one job after the other, each in a sub-transaction of its own; one that raises is set aside. $1: '
  'the job, $2: its token, in arrays of one. Returns the sum of what the calls return.';
revoke execute on function private.do_each(text, text, uuid[], uuid[]) from public;

create function private.do_all(p_part text, p_call text, p_jobs uuid[], p_tokens uuid[] default '{}') returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  if coalesce(cardinality(p_jobs), 0) = 0 then return 0; end if;
  begin
    execute 'select ' || p_call into v_count using p_jobs, p_tokens;
    return v_count;
  exception when others then null; -- whose fault it is, shows when they are gone through
  end;
  return private.do_each(p_part, p_call, p_jobs, p_tokens);
end
$$;
comment on function private.do_all(text, text, uuid[], uuid[]) is
  'Does something for many jobs, locked by the caller, in one statement; and if that raises, for one after the other, '
  'so that only the bad one is set aside. $1: the jobs, $2: their tokens. Returns what the call returns.';
revoke execute on function private.do_all(text, text, uuid[], uuid[]) from public;
