-- Tickets: who comes next.
--
-- The order of waiting jobs lives in `jobs`. A job takes a ticket when it is created: one more than its user's last
-- ticket in the lane, or than the lane's virtual time, whichever is later (start-time fair queueing). Dispatch serves
-- the lowest ticket and moves the virtual time to it. A user's thousand jobs so interleave with everybody else's; a
-- lone user gets first in, first out. Urgent jobs go before all others, so each priority is an order of its own, with
-- its own clock and its own tickets.

create table private.clocks (
  lane text not null references private.lanes (lane) on delete cascade,
  priority smallint not null,
  virtual_time bigint not null default 0,
  primary key (lane, priority)
) with (fillfactor = 50); -- changes with every dispatch: leave room for updates in place

alter table private.clocks enable row level security;

comment on table private.clocks is
  'The clock of the fair order, for each priority of a lane: where a newcomer''s ticket begins.';
comment on column private.clocks.virtual_time is 'The highest ticket served so far.';
