create function ops.api_versions()
returns table (platform text, api_version text, sunset_at timestamptz, days_left integer)
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
    select p.platform, p.api_version, s.sunset_at,
      floor(extract(epoch from s.sunset_at - private.now()) / 86400)::integer
    from private.platforms p, private.sunset_of(p.platform, p.api_version) s (sunset_at)
    where p.api_version is not null order by s.sunset_at nulls last, p.platform;
end
$$;
comment on function ops.api_versions() is
  'By which version each platform''s API is called, when that ends (null: not known), and in how many whole days; '
  'those that end first come first.';
revoke execute on function ops.api_versions() from public;

create function ops.set_api_version(p_platform text, p_version text) returns timestamptz
language plpgsql security definer set search_path = '' as $$
declare
  v_version text := nullif(private.trimmed(p_version), '');
  v_ends timestamptz;
begin
  perform private.check_platform(p_platform);
  if v_version is null or v_version !~ '^[!-~]{1,40}$' then
    perform private.refuse(422, 'invalid_input', 'A version is as the platform writes it, such as v27.0 or 202608.',
      'version');
  end if;
  v_ends := private.sunset_of(p_platform, v_version);
  if v_ends <= private.now() then
    perform private.refuse(422, 'invalid_input', format('Version %s of %s has ended on %s.', v_version, p_platform,
      v_ends::date), 'version');
  end if;
  update private.platforms set api_version = v_version where platform = p_platform;
  return v_ends;
end
$$;
comment on function ops.set_api_version(text, text) is
  'Calls a platform''s API by another version from now on; what is under way goes on with it. Returns when it ends, '
  'null where that is not known. Errors: 404 unknown_platform, 422 invalid_input, also for a version that has ended.';
revoke execute on function ops.set_api_version(text, text) from public;

create function ops.note_sunset(p_platform text, p_version text, p_sunset_at timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.check_platform(p_platform);
  if nullif(private.trimmed(p_version), '') is null then
    perform private.refuse(422, 'invalid_input', 'Which version?', 'version');
  end if;
  insert into private.platform_versions (platform, version, sunset_at)
  values (p_platform, private.trimmed(p_version), p_sunset_at)
  on conflict (platform, version) do update set sunset_at = excluded.sunset_at;
end
$$;
comment on function ops.note_sunset(text, text, timestamptz) is
  'Notes when a version of a platform''s API ends, as the platform has said; null: it has not. A release leaves it. '
  'Errors: 404 unknown_platform, 422 invalid_input.';
revoke execute on function ops.note_sunset(text, text, timestamptz) from public;
