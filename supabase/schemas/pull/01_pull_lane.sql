-- Pull: workers outside claim jobs over HTTP.
--
-- A lane of delivery pull has no provider for us to call: a worker outside (a Trigger.dev task, a GPU box) asks for
-- jobs with the secret key, through the function workers-api. The engine is the same for it: dispatch gives a job a
-- slot and sends a message; a claim takes the message away and leases the attempt to a worker. From then on
-- job_attempts.leased_until is the one truth about who works on what until when; heartbeats move it on. The queue
-- holds what has a slot and is not claimed yet.
--
-- A lease that ran out is ended by the next claim in its lane, or by the reaper: the attempt is over and uses up one
-- of the job's, the job goes back to its place in the order, and its next attempt has a token of its own. What the old
-- worker still has to say is told apart by its token: progress and failures change nothing, a success completes a job
-- that is open, and after the end it is kept as an orphan (the order rule).
--
-- Locks: job → slot → attempt → credit account, as in the dispatch room. A claim takes many jobs in one transaction, so
-- it waits for none of them: what others have locked is left to the next claim.

create function private.pull_lane(p_lane text) returns private.lanes
language plpgsql stable set search_path = '' as $$
declare
  v_lane private.lanes;
begin
  select * into v_lane from private.lanes where lane = p_lane;
  if not found then
    perform private.refuse(404, 'lane_not_found', format('There is no lane %L.', p_lane), 'lane');
  end if;
  if v_lane.delivery <> 'pull' then
    perform private.refuse(409, 'lane_not_pull',
      format('The jobs of lane %s go to its provider; nobody claims them.', p_lane), 'lane');
  end if;
  return v_lane;
end
$$;
comment on function private.pull_lane(text) is
  'The pull lane of that name. Errors: 404 lane_not_found, 409 lane_not_pull.';
revoke execute on function private.pull_lane(text) from public;
