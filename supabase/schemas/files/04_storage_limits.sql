-- How much a user may store. What the outputs of all jobs of a user may come to is looked at when a job is created:
-- each one that has not ended stands for as much as its tool lets it store (tools.max_output_bytes), each completed one
-- for what it has stored (jobs.output_bytes). So a result that is there finds its place, and nobody finds out while
-- copying that a task was paid for in vain. No limit is shipped; without one nothing is added up.

create table private.storage_limits (
  user_id uuid references auth.users (id) on delete cascade,
  max_bytes bigint not null,
  constraint a_user_has_one_limit unique nulls not distinct (user_id),
  -- Up to 2^53 - 1: as far as JSON counts without a gap.
  constraint storage_limits_are_counted check (max_bytes between 0 and 9007199254740991)
);

alter table private.storage_limits enable row level security;

comment on table private.storage_limits is 'How many bytes the outputs of a user''s jobs may come to.';
comment on column private.storage_limits.user_id is 'Whose; null: of everybody who has no limit of their own.';

create function ops.set_storage_limit(p_user_id uuid, p_bytes bigint) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if p_bytes not between 0 and 9007199254740991 then
    perform private.refuse(422, 'invalid_amount', 'A limit is 0 to 9007199254740991 bytes.', 'bytes');
  end if;
  if p_bytes is null then
    delete from private.storage_limits where user_id is not distinct from p_user_id;
  else
    insert into private.storage_limits (user_id, max_bytes) values (p_user_id, p_bytes)
    on conflict (user_id) do update set max_bytes = excluded.max_bytes;
  end if;
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

create function private.check_storage_limit(p_user_id uuid, p_required numeric) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_limit bigint := coalesce((select max_bytes from private.storage_limits where user_id = p_user_id),
    (select max_bytes from private.storage_limits where user_id is null));
  v_used numeric;
  v_reserved numeric;
begin
  if v_limit is null or p_required is null then return; end if;
  select coalesce(sum(output_bytes), 0) into v_used from public.jobs where user_id = p_user_id and output_bytes > 0;
  select coalesce(sum(t.max_output_bytes), 0) into v_reserved
  from public.jobs j join public.tools t on t.tool = j.tool
  where j.user_id = p_user_id and j.status in ('pending', 'processing');
  if v_used + v_reserved + p_required <= v_limit then return; end if;
  perform private.refuse(409, 'storage_full',
    format('Results of %s bytes might not find their place: %s of %s bytes are used, and %s are kept for jobs on '
      'their way.', p_required, v_used, v_limit, v_reserved),
    jsonb_build_object('limit', v_limit, 'used', v_used, 'reserved', v_reserved, 'required', p_required)::text);
end
$$;
comment on function private.check_storage_limit(uuid, numeric) is
  'Error 409 storage_full when a user''s outputs could come to more than the user may store, with jobs that may store '
  'p_required bytes. Exact, because one user''s creates go one at a time.';
revoke execute on function private.check_storage_limit(uuid, numeric) from public;
