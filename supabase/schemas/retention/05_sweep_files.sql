create type private.swept_file as (path text, owner uuid, job_id uuid, made_at timestamptz);
comment on type private.swept_file is
  'A file that a sweep looks at: owner and job_id by the first and second folder of its path, null where there are '
  'none.';

create function private.next_files(p_bucket text, p_qty integer) returns private.swept_file[]
language plpgsql set search_path = '' as $$
declare
  v_files private.swept_file[];
begin
  v_files := array(
    select (o.name, private.uuid_or_null(split_part(o.name, '/', 1)), private.uuid_or_null(split_part(o.name, '/', 2)),
      o.created_at)::private.swept_file
    from storage.objects o
    where o.bucket_id = p_bucket and o.name > (select private.sweep_position(p_bucket || ' files'))
    order by o.name limit p_qty);
  perform private.go_on(p_bucket || ' files', (v_files[cardinality(v_files)]).path, cardinality(v_files) < p_qty);
  return v_files;
end
$$;
comment on function private.next_files(text, integer) is
  'The next p_qty files of a bucket by name, from where the sweep stopped; after the last it begins anew.';
revoke execute on function private.next_files(text, integer) from public;

create function private.uuid_or_null(p_text text) returns uuid
language plpgsql immutable set search_path = '' as $$
begin
  return case when pg_input_is_valid(p_text, 'uuid') then p_text::uuid end;
end
$$;
comment on function private.uuid_or_null(text) is 'A text as uuid, null where it is none.';
revoke execute on function private.uuid_or_null(text) from public;

create function private.sweep_inputs(p_qty integer default 1000) returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_unused interval := (select unused from private.retention where tool is null);
  v_count integer;
begin
  if v_unused is null and not exists (select from private.retention where inputs is not null) then return 0; end if;
  with files as materialized (
    -- What was put there within the last day may be for a job that is just being asked for.
    select f.* from unnest(private.next_files('inputs', p_qty)) f where f.made_at < v_now - interval '1 day'
  ), used as materialized (
    select u.owner, i.path, i.until from (select distinct owner from files where owner is not null) u,
      lateral private.used_inputs(u.owner) i
  )
  select count(private.doom_file('inputs', f.path, v_now)) into v_count
  from files f left join used on used.owner = f.owner and used.path = f.path
  where coalesce(used.until, f.made_at + v_unused) <= v_now;
  return v_count;
end
$$;
comment on function private.sweep_inputs(integer) is
  'Among the next p_qty files that were handed in, has those deleted whose time is over: that of the jobs they were '
  'for, or of what is unused. Returns how many.';
revoke execute on function private.sweep_inputs(integer) from public;

create function private.sweep_outputs(p_qty integer default 1000) returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_count integer;
begin
  with files as materialized (
    select f.* from unnest(private.next_files('outputs', p_qty)) f where f.made_at < v_now - interval '1 day'
  )
  select count(private.doom_file('outputs', f.path, v_now)) into v_count
  from files f left join public.jobs j on j.id = f.job_id and j.user_id = f.owner
  where j.id is null or j.status in ('failed', 'cancelled') or (j.status = 'completed' and not coalesce(
    j.output -> 'files' @> jsonb_build_array(jsonb_build_object('bucket', 'outputs', 'path', f.path)), false));
  return v_count;
end
$$;
comment on function private.sweep_outputs(integer) is
  'Among the next p_qty files of results, has those deleted that no job lists and none will: older than a day, and of '
  'a job that is gone or has ended without them. Returns how many.';
revoke execute on function private.sweep_outputs(integer) from public;
