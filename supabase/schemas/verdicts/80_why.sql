create function private.in_words(p_from timestamptz, p_to timestamptz, p_language text) returns text
language plpgsql immutable set search_path = '' as $$
declare
  v_minutes integer := ceil(extract(epoch from p_to - p_from) / 60);
begin
  if p_to is null then return ''; end if;
  if p_language = 'pt-BR' then
    return case when v_minutes <= 1 then ' em cerca de um minuto'
      when v_minutes < 90 then format(' em cerca de %s minutos', v_minutes)
      when v_minutes < 2880 then format(' em cerca de %s horas', round(v_minutes / 60.0))
      else format(' em cerca de %s dias', round(v_minutes / 1440.0)) end;
  end if;
  return case when v_minutes <= 1 then ' in about a minute'
    when v_minutes < 90 then format(' in about %s minutes', v_minutes)
    when v_minutes < 2880 then format(' in about %s hours', round(v_minutes / 60.0))
    else format(' in about %s days', round(v_minutes / 1440.0)) end;
end
$$;
comment on function private.in_words(timestamptz, timestamptz, text) is
  'How long it is from one time to another, as people say it, with a blank before; empty: nobody knows.';
revoke execute on function private.in_words(timestamptz, timestamptz, text) from public;

create function private.told(p_sentences text[], p_evidence jsonb, p_when text) returns text
language plpgsql immutable set search_path = '' as $$
declare
  v_text text := replace(array_to_string(p_sentences, ' '), '{when}', p_when);
  v_fact record;
begin
  for v_fact in select key, value from jsonb_each_text(p_evidence) loop
    v_text := replace(v_text, '{' || v_fact.key || '}', coalesce(v_fact.value, ''));
  end loop;
  return v_text;
end
$$;
comment on function private.told(text[], jsonb, text) is
  'Sentences with {when} and the {names} of facts filled in. Only what a sentence names is told.';
revoke execute on function private.told(text[], jsonb, text) from public;

create function public.why(p_job_id uuid)
returns table (
  rank integer, code text, level text, since timestamptz, clears text, expected_at timestamptz, words jsonb
)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  if not exists (
    select from public.jobs j where j.id = p_job_id and (private.is_callers(j.user_id, null) or private.is_admin())
  ) then
    perform private.refuse(404, 'not_found', format('There is no job %s.', p_job_id), 'job_id');
  end if;
  return query
    select v.rank, v.code, v.level, v.since, v.clears, v.expected_at, jsonb_build_object(
      'en', private.told(w.en, v.evidence, private.in_words(v_now, v.expected_at, 'en')),
      'pt-BR', private.told(w.pt_br, v.evidence, private.in_words(v_now, v.expected_at, 'pt-BR')))
    from ops.diagnose(p_job_id) v join private.verdict_words() w on w.code = v.code
    where not v.ruled_out order by v.rank;
end
$$;
comment on function public.why(uuid) is
  'For the owner of a job: why it stands where it stands, the first row first. words: {"en": …, "pt-BR": …}, at '
  'most three sentences: is something wrong, does it clear by itself and when, can I do something. clears: by_itself, '
  'by_you, by_operator, by_provider or never. No raw data. Errors: 401 unauthenticated, 404 not_found.';
revoke execute on function public.why(uuid) from public, anon;
grant execute on function public.why(uuid) to authenticated, service_role;
