-- Views: jobs, and projects, by the names that the product's documents give them.
--
-- One engine runs all jobs, and no table is copied for a new tool. These views show the jobs of a tool or a lane under
-- the names, and with the columns, that applications and diagnostic queries know. They are for reading alone; jobs are
-- written by the functions of the other rooms.
--
-- The caller's own rights decide (security_invoker). Owners see their jobs, admins and secret keys everybody's. What
-- came raw from a provider is read from the job's last attempt, so the policy of job_attempts decides about it: admins
-- and secret keys see it, for owners it is null. Somebody who is not signed in is granted nothing.
--
-- Cost. Each view is one scan of `jobs`: a row by its id is found by the primary key, an owner's rows by an index. What
-- is looked up elsewhere (raw columns, position) is looked up for each row that is shown, and only where the query
-- names the column: as subqueries, because an outer join would have the planner hash all attempts for a long list.
-- Whoever sorts or filters by such a column has it looked up for every row there is. So position is of type json, which
-- nothing can be sorted by or compared with; and for many rows in one statement (position=is.null, order=position->>a)
-- it is counted from marks in the lane's order, fifty places apart, that the statement makes once. The raw columns are
-- one look into an index each, and null but for admins. All else in these views is made of the row itself.

create function private.lane_marks(p_lane text) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_array(w.priority, w.ticket, w.id) order by w.n), '[]') from (
      select j.priority, j.ticket, j.id, row_number() over (order by j.priority desc, j.ticket, j.id) as n from (
        select priority, ticket, id from public.jobs
        where lane = p_lane and status = 'pending' and run_at is null
        order by priority desc, ticket, id limit 1001) j) w
    where w.n % 50 = 1);
end
$$;
comment on function private.lane_marks(text) is
  'The 1st, 51st, 101st … 1,001st of a lane''s waiting jobs: [[priority, ticket, id], …].';
revoke execute on function private.lane_marks(text) from public;

create function private.place_by_marks(p_marks jsonb, p_lane text, p_priority smallint, p_ticket bigint, p_id uuid)
returns integer
language plpgsql stable set search_path = '' as $$
declare
  v_nth integer; -- the last mark that is not behind the job
  v_mark jsonb;
  v_priority smallint;
begin
  select count(*) into v_nth from jsonb_array_elements(p_marks) m
  where (-(m ->> 0)::integer, (m ->> 1)::bigint, (m ->> 2)::uuid) <= (-p_priority::integer, p_ticket, p_id);
  if v_nth = 0 then return 1; end if;
  if v_nth > 20 then return 1001; end if;
  v_mark := p_marks -> v_nth - 1;
  v_priority := (v_mark ->> 0)::smallint;
  -- From the mark on; in ranges of the index, each read no further than it goes.
  return 50 * (v_nth - 1) + 1 + (
    select count(*) from (
      (select from public.jobs
       where lane = p_lane and status = 'pending' and run_at is null and priority = v_priority
         and (ticket, id) >= ((v_mark ->> 1)::bigint, (v_mark ->> 2)::uuid)
         and (priority > p_priority or (ticket, id) < (p_ticket, p_id))
       order by priority desc, ticket, id limit 50)
      union all
      (select from public.jobs
       where lane = p_lane and status = 'pending' and run_at is null and priority < v_priority and priority > p_priority
       order by priority desc, ticket, id limit 50)
      union all
      (select from public.jobs
       where lane = p_lane and status = 'pending' and run_at is null and priority = p_priority
         and p_priority < v_priority and (ticket, id) < (p_ticket, p_id)
       order by priority desc, ticket, id limit 50)) ahead);
end
$$;
comment on function private.place_by_marks(jsonb, text, smallint, bigint, uuid) is
  'What private.jobs_ahead + 1 is, by the marks of private.lane_marks: reads no more than fifty entries.';
revoke execute on function private.place_by_marks(jsonb, text, smallint, bigint, uuid) from public;

create function private.place_in_lane(p_lane text, p_priority smallint, p_ticket bigint, p_id uuid) returns json
language plpgsql stable security definer set search_path = '' as $$
declare
  -- A statement sees one state of the lane. What it has found out is for itself alone.
  v_statement text := p_lane || ' ' || statement_timestamp();
  v_known text := coalesce(current_setting('esteira.marks', true), '');
begin
  if not starts_with(v_known, v_statement) then
    perform set_config('esteira.marks', v_statement, true);
    return to_json(private.jobs_ahead(p_lane, p_priority, p_ticket, p_id) + 1);
  end if;
  if v_known = v_statement then
    v_known := v_statement || private.lane_marks(p_lane);
    perform set_config('esteira.marks', v_known, true);
  end if;
  return to_json(private.place_by_marks(
    substr(v_known, length(v_statement) + 1)::jsonb, p_lane, p_priority, p_ticket, p_id));
end
$$;
comment on function private.place_in_lane(text, smallint, bigint, uuid) is
  'The place of a waiting job among everybody''s, most of which its owner may not see: 1 is next, 1001 is any place '
  'beyond 1,000. Reads that many entries of an index, a sixth of a millisecond at the most; for further jobs of the '
  'lane in the same statement, fifty. A number as json, so that nobody sorts by what has to be counted.';
revoke execute on function private.place_in_lane(text, smallint, bigint, uuid) from public;
-- Views call it as whoever asks. Nobody but a view reaches it: private is not exposed in the Data API.
grant execute on function private.place_in_lane(text, smallint, bigint, uuid) to authenticated, service_role;
