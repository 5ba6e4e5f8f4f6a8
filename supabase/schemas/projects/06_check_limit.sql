create function private.check_projects_limit() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_user_id uuid;
  v_limit bigint;
begin
  for v_user_id in select distinct user_id from added order by user_id loop
    v_limit := private.limit_of('projects', v_user_id);
    continue when v_limit is null;
    -- One at a time, so that who counts sees what the others have made.
    perform pg_advisory_xact_lock(hashtextextended('esteira.projects:' || v_user_id, 0));
    if (select count(*) from public.projects where user_id = v_user_id) > v_limit then
      perform private.refuse_limit(429, 'too_many_projects', format('No more than %s projects.', v_limit), v_limit);
    end if;
  end loop;
  return null;
end
$$;
comment on function private.check_projects_limit() is
  'After projects were made: no user may have more than the limit projects says. Error: 429 too_many_projects. Exact, '
  'because one user''s are counted one at a time.';
revoke execute on function private.check_projects_limit() from public;

create trigger projects_stay_within_the_limit after insert on public.projects
  referencing new table as added for each statement execute function private.check_projects_limit();
