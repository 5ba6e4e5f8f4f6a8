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

create function private.place_in_lane(p_lane text, p_priority smallint, p_ticket bigint, p_id uuid) returns integer
language plpgsql stable security definer set search_path = '' as $$
begin
  return private.jobs_ahead(p_lane, p_priority, p_ticket, p_id) + 1;
end
$$;
comment on function private.place_in_lane(text, smallint, bigint, uuid) is
  'The place of a waiting job among everybody''s, most of which its owner may not see: 1 is next, 1001 is any place '
  'beyond 1,000. Reads that many entries of an index, a sixth of a millisecond at the most.';
revoke execute on function private.place_in_lane(text, smallint, bigint, uuid) from public;
-- Views call it as whoever asks. Nobody but a view reaches it: private is not exposed in the Data API.
grant execute on function private.place_in_lane(text, smallint, bigint, uuid) to authenticated, service_role;
