create function private.findings_in_spite_of_faults(
  p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_found private.finding[];
  v_link text;
begin
  begin
    v_found := array(select f from private.findings_of(p_job, p_attempt, p_at) f);
    return query select * from unnest(v_found);
    return;
  exception when others then null; -- whose fault it is, shows when they are gone through
  end;
  foreach v_link in array '{machinery,waiting,publishing,running,ended,screens}'::text[] loop
    begin
      execute format('select array(select f from private.findings_of_%s($1, $2, $3) f)', v_link)
      into v_found using p_job, p_attempt, p_at;
    exception when others then
      v_found := array[private.finding('not_looked_at',
        format('What %s has to say cannot be looked at: %s', v_link, private.cut(sqlerrm, 300)),
        jsonb_build_object('sqlstate', sqlstate), p_subject => v_link)];
    end;
    return query select * from unnest(v_found);
  end loop;
end
$$;
comment on function private.findings_in_spite_of_faults(public.jobs, public.job_attempts, timestamptz) is
  'What every link of the chain says, though one raises: then each is looked at by itself, and what raised is told.';
revoke execute on function private.findings_in_spite_of_faults(public.jobs, public.job_attempts, timestamptz)
  from public;
