-- Files: what users hand in and what they get back, in Storage.
--
-- Two private buckets. The first folder of every path is the owner's id, and that is all that its policies look at:
-- `inputs/<user>/<name>` is written by its owner (or through a signed upload URL), `outputs/<user>/<job>/<name>` by
-- the worker alone. Nothing is created in schema storage but rows and policies.

create policy "users read their own inputs and outputs" on storage.objects for select to authenticated
  using (bucket_id in ('inputs', 'outputs') and (storage.foldername(name))[1] = (select auth.uid())::text);

create policy "users upload their own inputs" on storage.objects for insert to authenticated
  with check (bucket_id = 'inputs' and (storage.foldername(name))[1] = (select auth.uid())::text);

create policy "users delete their own inputs" on storage.objects for delete to authenticated
  using (bucket_id = 'inputs' and (storage.foldername(name))[1] = (select auth.uid())::text);
