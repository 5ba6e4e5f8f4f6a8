-- What is handed to a provider is no file that its user could still change: it is a copy in the bucket `handed`, where
-- nobody has any right, made by Storage itself from one version of the file. What is checked at create (size, type, the
-- first bytes) is checked of the copy. A job that was created in SQL gets its copies from the worker, before it is
-- submitted, by the same rules. A job that is done again takes over what the old one had.

create table private.handed_files (
  job_id uuid not null references public.jobs (id) on delete cascade,
  path text not null,
  key text not null,
  user_id uuid not null,
  version text,
  bytes bigint,
  constraint handed_files_pkey primary key (job_id, path),
  constraint what_is_handed_over_was_an_input check (private.is_file_key('inputs', path)),
  constraint what_is_handed_over_is_a_copy check (private.is_file_key('handed', key)),
  constraint a_copy_is_of_a_file_of_its_user check (
    starts_with(path, user_id || '/') and starts_with(key, user_id || '/'))
);
create index handed_files_by_key on private.handed_files (key);

alter table private.handed_files enable row level security;

comment on table private.handed_files is
  'Which copy in the bucket handed stands for a file that a job''s input names. Jobs of a batch, and a job done again, '
  'may have the same one. A copy that stands in no row is deleted.';
comment on column private.handed_files.path is 'In the bucket inputs, as the job''s input has it.';
comment on column private.handed_files.key is 'Of the copy, in the bucket handed.';
comment on column private.handed_files.version is 'Storage''s, of the copy that was checked; null where it names none.';
comment on column private.handed_files.bytes is 'Of the copy, as they were when it was checked.';

create function private.handed_of(p_job_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_object_agg(h.path, h.key), '{}') from private.handed_files h
    where h.job_id = p_job_id
      and exists (select from storage.objects o where o.bucket_id = 'handed' and o.name = h.key));
end
$$;
comment on function private.handed_of(uuid) is 'The copies of a job''s files that are there: {path: key}.';
revoke execute on function private.handed_of(uuid) from public;

create function private.keep_handed(p_job_ids uuid[], p_handed jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  insert into private.handed_files as f (job_id, path, key, user_id, version, bytes)
  select distinct j.id, c.key, c.value, j.user_id, o.version, (o.metadata ->> 'size')::bigint
  from public.jobs j
  join public.tools t on t.tool = j.tool
  cross join lateral jsonb_object_keys(t.settings -> 'files') field
  cross join lateral private.paths_of(field, j.input -> field, 2147483647) path
  join jsonb_each_text(p_handed) c on c.key = path
  join storage.objects o on o.bucket_id = 'handed' and o.name = c.value
  where j.id = any (p_job_ids)
  on conflict (job_id, path) do update set key = excluded.key, version = excluded.version, bytes = excluded.bytes;
end
$$;
comment on function private.keep_handed(uuid[], jsonb) is
  'Notes which copies ({path: key}, checked) stand for the files that these jobs'' inputs name.';
revoke execute on function private.keep_handed(uuid[], jsonb) from public;
