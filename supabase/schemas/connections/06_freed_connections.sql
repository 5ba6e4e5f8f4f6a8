create table private.freed_connections (
  freed_id bigint generated always as identity primary key,
  connection_id uuid not null
);

alter table private.freed_connections enable row level security;

comment on table private.freed_connections is
  'Connections whose line may go on: something that held them up has ended. Only appended to, so that nobody waits.';

create function private.connection_freed(p_connection_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
begin
  insert into private.freed_connections (connection_id) values (p_connection_id);
end
$$;
comment on function private.connection_freed(uuid) is
  'Notes that a connection''s line may go on; whoever dispatches publications looks at it next.';
revoke execute on function private.connection_freed(uuid) from public;
