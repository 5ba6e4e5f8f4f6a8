create table private.tickets (
  lane text not null references private.lanes (lane) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  priority smallint not null,
  last_ticket bigint not null,
  primary key (user_id, lane, priority)
) with (fillfactor = 70);
create index tickets_by_lane on private.tickets (lane); -- for the lane that is removed

alter table private.tickets enable row level security;

comment on table private.tickets is 'The last ticket of each user in each lane and priority.';

create function private.take_tickets(p_lane text, p_user_id uuid, p_priority smallint, p_count bigint) returns bigint
language plpgsql volatile set search_path = '' as $$
declare
  v_last bigint;
begin
  insert into private.tickets as t (lane, user_id, priority, last_ticket)
  values (p_lane, p_user_id, p_priority, p_count + coalesce(
    (select virtual_time from private.clocks where lane = p_lane and priority = p_priority), 0))
  on conflict (user_id, lane, priority) do update
    set last_ticket = greatest(t.last_ticket + p_count, excluded.last_ticket)
  returning last_ticket into v_last;
  return v_last - p_count + 1;
end
$$;
comment on function private.take_tickets(text, uuid, smallint, bigint) is
  'Gives a user the next p_count tickets of a lane and priority; returns the first of them.';
revoke execute on function private.take_tickets(text, uuid, smallint, bigint) from public;
