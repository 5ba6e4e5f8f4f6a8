create function private.setup_of_functions() returns setof private.setup_line
language plpgsql volatile set search_path = '' as $$
declare
  v_asked private.throttles;
  v_answers net._http_response[];
begin
  if private.missing_secret() is not null then
    return next ('functions', 'functions', 'unknown', format('They cannot be asked: %s is to be set first.',
      private.missing_secret()), null)::private.setup_line;
    return;
  end if;
  perform private.ask_functions();
  select * into v_asked from private.throttles where name = 'setup';
  v_answers := array(select a from private.answers(v_asked.request_ids, v_asked.passed_at - interval '1 second',
    v_asked.passed_at + interval '2 minutes') a);
  return query
    select l.* from unnest(private.functions()) with ordinality f (name, n)
    left join lateral (select a.* from unnest(v_answers) a where a.id = v_asked.request_ids[f.n + 1]) a on true,
    lateral private.line_of_function(f.name, a::net._http_response) l order by f.n;
  return query
    select l.* from unnest(v_answers) a, lateral private.lines_of_deep(a::net._http_response) l
    where a.id = v_asked.request_ids[1];
end
$$;
comment on function private.setup_of_functions() is 'What the functions have answered, and what they see.';
revoke execute on function private.setup_of_functions() from public;

create function ops.setup_check()
returns table (line integer, area text, name text, verdict text, detail text, repair text)
language plpgsql volatile security definer set search_path = '' as $$
begin
  return query
    select row_number() over ()::integer, l.* from (
      select * from private.setup_of_database()
      union all select * from private.setup_of_secrets()
      union all select * from private.setup_of_functions()
      union all select * from private.setup_of_schedules()
      union all select * from private.setup_of_files()
      union all select * from private.setup_of_tools()) l;
end
$$;
comment on function ops.setup_check() is
  'A deployment, line by line. verdict: ok; error (it is missing or wrong, and jobs do not run); warn (it works, '
  'and is not '
  'as it should be); asked (a function was asked just now: call this again in some seconds); unknown (something '
  'else is '
  'to be mended first). repair: the statement, the command or the place in the Dashboard that mends it. Asks the '
  'functions over pg_net, at most once a minute; changes nothing else.';
revoke execute on function ops.setup_check() from public;
