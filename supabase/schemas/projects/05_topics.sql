create policy "users listen to their own projects" on realtime.messages for select to authenticated
  using (extension = 'broadcast' and case
    when (select realtime.topic()) ~ '^project:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then exists (
      select from public.projects where id = substr((select realtime.topic()), 9)::uuid
        and user_id = (select private.known_caller()))
    else false end);
