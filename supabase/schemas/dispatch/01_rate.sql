-- Dispatch: giving free slots to the next jobs in order. pgmq carries only what has been given a slot, so the limit is
-- exact. Called at the end of every transaction that adds a job or frees a slot.
--
-- Locks. Whoever waits, waits in this order:
--     lane → account → user (an advisory lock: one create at a time) → job → slot → attempt → credit account
--     → project or model (when the transaction commits; see the effects room)
-- (retry_job locks its ended job first of all; nobody who holds one of the others waits for that.) A transaction waits
-- for the slot of no job but the one that it has locked (free_slot looks at a retiring one of the same account too, and
-- skips it when it is locked). dispatch alone takes slots before jobs and other people's jobs at all: it waits for
-- nothing, it skips what is locked. So no two transactions wait for each other.
--
-- Two transactions that cross so can leave a free slot beside a waiting job. Each of them is followed by a drain, or a
-- poke, after its commit, and a drain (worker.receive) that finds nothing to do comes again, and waits for whoever
-- has what dispatch skipped, first of all and in this same order (wait_for_others). So after a drain the two never
-- coexist.
--
-- Plans. Functions that join arrays ask for generic plans: the planner would otherwise plan for each array anew,
-- because it knows the length of the one that it is given, and that takes longer than the joining. Such a plan is kept,
-- perhaps from a time when the tables were small: so none may read them from end to end (enable_seqscan).

create table private.starts (
  start_id bigint generated always as identity primary key,
  lane text not null references private.lanes (lane) on delete cascade,
  started_at timestamptz not null
);
create index starts_by_lane on private.starts (lane, started_at);

alter table private.starts enable row level security;

comment on table private.starts is 'When jobs started in lanes that have a rate, as far back as the rate looks.';

create function private.allowed_starts(p_lane text, p_limit integer) returns integer
language plpgsql set search_path = '' as $$
declare
  v_lane private.lanes;
  v_now timestamptz;
begin
  select * into v_lane from private.lanes where lane = p_lane;
  if v_lane.rate_limit is null then return p_limit; end if;
  -- Whoever is just counting this lane's starts dispatches in our stead: skip rather than wait.
  select * into v_lane from private.lanes where lane = p_lane for no key update skip locked;
  if not found then return 0; end if;
  v_now := private.now();
  delete from private.starts where lane = p_lane and started_at <= v_now - v_lane.rate_window;
  -- Since then the clock was set back. When that was, nobody knows: as late as it can have been, so that the rate
  -- holds.
  update private.starts set started_at = v_now where lane = p_lane and started_at > v_now;
  return least(p_limit, greatest(v_lane.rate_limit - (select count(*) from private.starts where lane = p_lane), 0));
end
$$;
comment on function private.allowed_starts(text, integer) is
  'How many jobs a lane''s rate allows to start now, at most p_limit: in any rate_window no more than rate_limit. '
  'Where the lane has a rate, its row stays locked until begin_attempts has counted them; zero when somebody else has '
  'it.';
revoke execute on function private.allowed_starts(text, integer) from public;
