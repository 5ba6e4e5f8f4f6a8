create function private.rest(p_job_id uuid, p_token uuid) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_current record := private.current_attempt(p_job_id, p_token);
begin
  if (v_current.attempt).token is null or not private.is_publication(v_current.job) then return; end if;
  if private.free_slot((v_current.attempt).slot_id, p_token) then
    perform private.dispatch('publication', p_poke => false);
  end if;
end
$$;
comment on function private.rest(uuid, uuid) is
  'A publication is put off while its platform is at it, or is looked for later: its slot goes to others meanwhile, so '
  'that a platform which keeps everybody waiting keeps nobody else. The message takes a slot again (private.seat).';
revoke execute on function private.rest(uuid, uuid) from public;

create function private.take_free_slot(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  v_slot record;
begin
  select s.slot_id, s.account_id into v_slot
  from private.slots s join private.accounts a on a.account_id = s.account_id
  where s.lane = p_job.lane and s.token is null and not s.is_retiring and coalesce(a.paused_until <= p_at, true)
  order by s.slot_id limit 1 for update of s skip locked;
  if not found then return false; end if;
  update private.slots set job_id = p_job.id, token = p_attempt.token where slot_id = v_slot.slot_id;
  update public.job_attempts set slot_id = v_slot.slot_id, account_id = v_slot.account_id
  where job_id = p_job.id and attempt = p_attempt.attempt;
  return true;
end
$$;
comment on function private.take_free_slot(public.jobs, public.job_attempts, timestamptz) is
  'Gives a free slot to the running attempt, which has none, of a locked job. False: there is none just now. Waits for '
  'nothing.';
revoke execute on function private.take_free_slot(public.jobs, public.job_attempts, timestamptz) from public;

create function private.seat(p_message private.message) returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  v_job public.jobs;
  v_attempt public.job_attempts;
  v_has_slot boolean;
begin
  select * into v_job from public.jobs where id = p_message.job_id for update skip locked;
  if not found then return not exists (select from public.jobs where id = p_message.job_id); end if;
  select * into v_attempt from public.job_attempts
  where job_id = v_job.id and attempt = v_job.attempt and finished_at is null;
  -- What is over is for whoever reads the message to find out.
  if not found or exists (
    select from private.slots where slot_id = v_attempt.slot_id and token = v_attempt.token) then return true; end if;
  v_has_slot := private.take_free_slot(v_job, v_attempt, private.now());
  update public.publications set wants_slot = not v_has_slot where job_id = v_job.id and wants_slot = v_has_slot;
  return v_has_slot;
end
$$;
comment on function private.seat(private.message) is
  'Whether a message of the lane publication may be worked on: its attempt has a slot, or is given one again after it '
  'rested. False: there is none, and the next free one is kept for it; or somebody else has the job.';
revoke execute on function private.seat(private.message) from public;

create function private.seated(p_messages private.message[]) returns private.message[]
language plpgsql volatile set search_path = '' as $$
declare
  v_message private.message;
  v_seated private.message[];
begin
  foreach v_message in array coalesce(p_messages, '{}') loop
    if private.seat(v_message) then v_seated := v_seated || v_message;
    else perform pgmq.set_vt('publication_queue', v_message.msg_id, 2);
    end if;
  end loop;
  return v_seated;
end
$$;
comment on function private.seated(private.message[]) is
  'Those of leased messages of the lane publication that may be worked on now; the others come back in two seconds. '
  'Null: none.';
revoke execute on function private.seated(private.message[]) from public;

create function private.call_back() returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_wanting text[] := array(select job_id::text from public.publications where wants_slot);
  v_count integer;
begin
  if v_wanting = '{}' then return 0; end if;
  with back as materialized (
    select msg_id from pgmq.q_publication_queue
    where vt > clock_timestamp() and message ->> 'job_id' = any (v_wanting)
    order by msg_id limit (
      select count(*) from private.slots where lane = 'publication' and token is null and not is_retiring)
    for update skip locked
  )
  update pgmq.q_publication_queue q set vt = clock_timestamp() from back where q.msg_id = back.msg_id;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.call_back() is
  'Has as many of those that rested and found no slot come back now as there are free ones. Returns how many.';
revoke execute on function private.call_back() from public;

create function private.unwanted_slots() returns integer
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return greatest(0, (
      select count(*) from private.slots where lane = 'publication' and token is null and not is_retiring)
    - (select count(*) from public.publications where wants_slot));
end
$$;
comment on function private.unwanted_slots() is
  'How many free slots of the lane publication are for new attempts: those that rested and are due again come first.';
revoke execute on function private.unwanted_slots() from public;
