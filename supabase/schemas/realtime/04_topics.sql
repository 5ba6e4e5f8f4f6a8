create policy "users listen to their own jobs" on realtime.messages for select to authenticated
  using (extension = 'broadcast' and (select realtime.topic()) = 'jobs:' || (select auth.uid())::text);

create policy "signed-in users listen to lanes" on realtime.messages for select to authenticated
  using (extension = 'broadcast' and (select realtime.topic()) ~ '^lane:[a-z][a-z0-9_]*$');
