create function private.found_by_name(p_sought private.sought) returns private.sought
language plpgsql stable set search_path = '' as $$
declare
  v_ids uuid[];
begin
  if p_sought.text is null or p_sought.job_ids is not null then return p_sought; end if;
  if pg_catalog.pg_input_is_valid(p_sought.name, 'uuid') then
    v_ids := array(select id from public.jobs where id = p_sought.name::uuid);
    if v_ids = '{}' and p_sought.user_id is null
        and exists (select from auth.users where id = p_sought.name::uuid) then
      p_sought.user_id := p_sought.name;
      p_sought.text := null;
      return p_sought;
    end if;
  end if;
  if coalesce(v_ids, '{}') = '{}' then
    v_ids := array(select id from public.jobs where request_id = p_sought.name limit 200);
  end if;
  if v_ids <> '{}' then
    p_sought.job_ids := v_ids;
    p_sought.text := null;
  end if;
  return p_sought;
end
$$;
comment on function private.found_by_name(private.sought) is
  'A filter whose text is the id of a job, of a user or of a provider''s task asks for that, and an index has it.';
revoke execute on function private.found_by_name(private.sought) from public;

create function private.found_among_few(p_sought private.sought) returns private.sought
language plpgsql stable set search_path = '' as $$
declare
  v_few integer := 2000;
  v_ids uuid[];
begin
  if p_sought.job_ids is not null or p_sought.user_id is not null or p_sought.statuses is null then
    return p_sought;
  end if;
  -- One more than few: then they are many, and the newest are found soon by looking through the list.
  v_ids := case
    when p_sought.statuses <@ '{processing}' then
      array(select id from public.jobs where status = 'processing' limit v_few + 1)
    when p_sought.statuses <@ '{pending,processing}' then
      array(select id from public.jobs where status in ('pending', 'processing') limit v_few + 1)
    when p_sought.statuses <@ '{failed}' then
      array(select id from public.jobs where status = 'failed' limit v_few + 1) end;
  if cardinality(v_ids) <= v_few then p_sought.job_ids := v_ids; end if;
  return p_sought;
end
$$;
comment on function private.found_among_few(private.sought) is
  'A filter of jobs that run, are open or have failed asks for these by their ids where there are at most 2,000, as an '
  'index says.';
revoke execute on function private.found_among_few(private.sought) from public;
