create table private.tickets (
  lane text not null references private.lanes (lane) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  priority smallint not null,
  last_ticket bigint not null,
  primary key (user_id, lane, priority)
) with (fillfactor = 70);

alter table private.tickets enable row level security;

comment on table private.tickets is 'The last ticket of each user in each lane and priority.';

create function private.take_ticket(p_lane text, p_user_id uuid, p_priority smallint) returns bigint
language plpgsql volatile set search_path = '' as $$
declare
  v_ticket bigint;
begin
  insert into private.tickets as t (lane, user_id, priority, last_ticket)
  values (p_lane, p_user_id, p_priority, 1 + coalesce(
    (select virtual_time from private.clocks where lane = p_lane and priority = p_priority), 0))
  on conflict (user_id, lane, priority) do update
    set last_ticket = greatest(t.last_ticket + 1, excluded.last_ticket)
  returning last_ticket into v_ticket;
  return v_ticket;
end
$$;
comment on function private.take_ticket(text, uuid, smallint) is 'Gives a user the next ticket of a lane and priority.';
revoke execute on function private.take_ticket(text, uuid, smallint) from public;
