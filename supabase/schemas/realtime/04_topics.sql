create policy "users listen to their own jobs" on realtime.messages for select to authenticated
  using (extension = 'broadcast' and (select realtime.topic()) = 'jobs:' || (select private.known_caller())::text);

create policy "signed-in users listen to lanes" on realtime.messages for select to authenticated
  using (extension = 'broadcast' and (select private.known_caller()) is not null
    and (select realtime.topic()) ~ '^lane:[a-z][a-z0-9_]*$');

create policy "operators listen to what concerns them" on realtime.messages for select to authenticated
  using (extension = 'broadcast' and (select realtime.topic()) = 'ops'
    and (select private.operator_role()) is not null);
