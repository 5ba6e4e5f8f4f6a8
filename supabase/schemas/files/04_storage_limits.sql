-- How much a user may store (stored_bytes of private.limits). What the outputs of all jobs of a user may come to is
-- looked at when a job is created: each one that has not ended stands for as much as its tool lets it store
-- (tools.max_output_bytes), each completed one for what it has stored (jobs.output_bytes). So a result that is there
-- finds its place, and nobody finds out while copying that a task was paid for in vain.
--
-- Adding that up reads an entry for each result of the user's. But the sum rises only with creates, and with each by
-- what its tool may store: so what was added up last is remembered, and while it and the creates since cannot have come
-- to the limit, that is enough.

create table private.stored_sums (
  user_id uuid primary key references auth.users (id) on delete cascade,
  bytes numeric not null,
  summed_at timestamptz not null
);

alter table private.stored_sums enable row level security;

comment on table private.stored_sums is
  'What was added up last of a user''s outputs, and what jobs on their way might store, before the create that wanted '
  'to know. Never less than what it would be without the jobs that were created since.';

create function private.forget_stored_sums() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from private.stored_sums where true;
  return null;
end
$$;
comment on function private.forget_stored_sums() is
  'After a tool''s max_output_bytes was changed: what jobs may store that were created before is another sum.';
revoke execute on function private.forget_stored_sums() from public;
create trigger stored_sums_follow_the_tools after update of max_output_bytes on public.tools
  for each statement execute function private.forget_stored_sums();

create function ops.set_storage_limit(p_user_id uuid, p_bytes bigint) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform ops.set_limit('stored_bytes', p_bytes, p_user_id);
end
$$;
comment on function ops.set_storage_limit(uuid, bigint) is
  'Says how many bytes the outputs of a user''s jobs may come to. p_user_id null: of everybody who has no limit of '
  'their own. p_bytes null: takes the limit away; a user without one has that of everybody. What is stored beyond a '
  'new limit stays, and jobs that were created are done. Errors: 422 invalid_amount, 23503 for an unknown user.';
revoke execute on function ops.set_storage_limit(uuid, bigint) from public;
grant execute on function ops.set_storage_limit(uuid, bigint) to service_role;

create function private.output_bytes(p_output jsonb) returns bigint
language plpgsql immutable set search_path = '' as $$
begin
  if jsonb_typeof(p_output -> 'files') is distinct from 'array' then return 0; end if;
  return (
    select least(coalesce(sum(trunc(greatest((file -> 'bytes')::numeric, 0))), 0), 9007199254740991)
    from jsonb_array_elements(p_output -> 'files') file where jsonb_typeof(file -> 'bytes') = 'number');
end
$$;
comment on function private.output_bytes(jsonb) is
  'How many bytes the files of an output have together, by what it says of them: for jobs.output_bytes.';
revoke execute on function private.output_bytes(jsonb) from public;

create function private.stores_little(p_user_id uuid, p_required numeric, p_limit bigint) returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  return exists (
    select from private.stored_sums s, lateral (
      select count(*) as created from (
        select from public.jobs where user_id = p_user_id and created_at >= s.summed_at
        order by created_at desc, id desc limit 101) j) since
    -- A clock that was set back says nothing of what was created since.
    where s.user_id = p_user_id and s.summed_at <= v_now and since.created <= 100
      and s.bytes + p_required + since.created * (select max(max_output_bytes) from public.tools) <= p_limit);
end
$$;
comment on function private.stores_little(uuid, numeric, bigint) is
  'Whether a user cannot come to p_limit with jobs that may store p_required bytes, by what was added up last. False: '
  'it has to be added up.';
revoke execute on function private.stores_little(uuid, numeric, bigint) from public;

create function private.check_storage_limit(p_user_id uuid, p_required numeric) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_limit bigint := private.limit_of('stored_bytes', p_user_id);
  v_used numeric;
  v_reserved numeric;
begin
  if v_limit is null or p_required is null or private.stores_little(p_user_id, p_required, v_limit) then return; end if;
  select coalesce(sum(output_bytes), 0) into v_used from public.jobs where user_id = p_user_id and output_bytes > 0;
  select coalesce(sum(t.max_output_bytes), 0) into v_reserved
  from public.jobs j join public.tools t on t.tool = j.tool
  where j.user_id = p_user_id and j.status in ('pending', 'processing');
  if v_used + v_reserved + p_required > v_limit then
    perform private.refuse_limit(413, 'storage_full',
      format('Results of %s bytes might not find their place: %s of %s bytes are used, and %s are kept for jobs on '
        'their way.', p_required, v_used, v_limit, v_reserved), v_limit,
      p_more => jsonb_build_object('used', v_used, 'reserved', v_reserved, 'required', p_required));
  end if;
  insert into private.stored_sums (user_id, bytes, summed_at)
  select id, v_used + v_reserved, private.now() from auth.users where id = p_user_id
  on conflict (user_id) do update set bytes = excluded.bytes, summed_at = excluded.summed_at;
end
$$;
comment on function private.check_storage_limit(uuid, numeric) is
  'Error 413 storage_full when a user''s outputs could come to more than the user may store, with jobs that may store '
  'p_required bytes. Exact, because one user''s creates go one at a time.';
revoke execute on function private.check_storage_limit(uuid, numeric) from public;
