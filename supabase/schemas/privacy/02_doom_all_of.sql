create table private.buckets_left_alone (
  bucket text primary key
);

alter table private.buckets_left_alone enable row level security;

comment on table private.buckets_left_alone is
  'Buckets whose files stay when the user leaves who put them there: what a team shares, say. An operator''s rows; '
  'Esteira''s own buckets are never among them.';

create function private.is_left_alone(p_bucket text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return p_bucket not in ('inputs', 'outputs', 'handed')
    and exists (select from private.buckets_left_alone where bucket = p_bucket);
end
$$;
comment on function private.is_left_alone(text) is 'Whether the files of a bucket stay when their user leaves.';
revoke execute on function private.is_left_alone(text) from public;

create function private.doom_all_of(p_user_id uuid, p_at timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  -- At once, and again when every upload that was begun before has ended or lost its leave.
  insert into private.doomed_files (bucket, prefix, owner_id, due_at)
  select f.bucket, f.prefix, f.owner_id, p_at + delay
  from (
    select id, p_user_id || '/', null from storage.buckets where not private.is_left_alone(id)
    union all select null, null, p_user_id::text -- who put them there, wherever they lie
  ) f (bucket, prefix, owner_id), unnest(array[interval '0', interval '3 hours']) delay;
end
$$;
comment on function private.doom_all_of(uuid, timestamptz) is
  'Has all files of a user deleted: in every bucket what lies in the folder of the user''s name, and what the user put '
  'anywhere else.';
revoke execute on function private.doom_all_of(uuid, timestamptz) from public;

create function private.owned_files(p_owner_id text, p_limit integer) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('bucket', bucket_id, 'path', name)), '[]') from (
      select bucket_id, name from storage.objects
      where owner_id = p_owner_id and not private.is_left_alone(bucket_id) limit p_limit) owned);
end
$$;
comment on function private.owned_files(text, integer) is
  'Files that a user has put anywhere, [{bucket, path}], up to p_limit: Storage keeps no index of that, so it looks '
  'through all.';
revoke execute on function private.owned_files(text, integer) from public;

create function worker.owned_files(p_owner_id text, p_qty integer default 1000) returns jsonb
language plpgsql volatile security definer set search_path = '' set statement_timeout = '45s' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return private.owned_files(p_owner_id, p_qty);
end
$$;
comment on function worker.owned_files(text, integer) is
  'Files that a user who is gone has put anywhere, [{bucket, path}], up to p_qty. Takes long where there are many '
  'files: asked for each user by itself, so that it keeps nobody else''s files.';
revoke execute on function worker.owned_files(text, integer) from public;
grant execute on function worker.owned_files(text, integer) to service_role;
