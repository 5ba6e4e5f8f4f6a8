create function private.findings_of_versions(p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_schema text := public.esteira_version();
begin
  -- Functions that are older than the schema work as before: ops.setup_check() tells of them.
  return query
    select x.* from (
      select array_agg(name order by name) as names, version, max(seen_at) as seen_at, min(since) as since
      from private.functions_seen where seen_at between p_at - interval '1 day' and p_at
        and private.version_numbers(version) > private.version_numbers(v_schema)
      group by version
    ) f, lateral private.finding('schema_too_old',
      format('The functions %s have version %s, the schema has %s.', array_to_string(f.names, ', '), f.version,
        v_schema),
      jsonb_build_object('functions', f.names, 'version', f.version, 'schema', v_schema, 'seen_at', f.seen_at),
      p_since => f.since, p_subject => f.version) x;
  if not found then
    return next private.not_so('schema_too_old',
      format('No function that ran today is newer than schema %s.', v_schema));
  end if;
end
$$;
comment on function private.findings_of_versions(timestamptz) is
  'Whether functions that ran in the last day are newer than the schema: then they refuse to work.';
revoke execute on function private.findings_of_versions(timestamptz) from public;
