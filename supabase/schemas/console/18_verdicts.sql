create function ops_api.verdicts(p_job_id uuid, p_as_of timestamptz default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_at timestamptz;
begin
  perform private.require_operator();
  v_at := least(p_as_of, private.now());
  return jsonb_build_object('job_id', p_job_id, 'at', coalesce(v_at, private.now()), 'is_now', p_as_of is null,
    'verdicts', (
    select coalesce(jsonb_agg(to_jsonb(v) - 'evidence' || jsonb_build_object(
        'evidence', jsonb_pretty(v.evidence),
        'expected_in_ms', case when v.expected_at is not null
          then private.ms_between(coalesce(v_at, private.now()), v.expected_at) end,
        'held_ms', private.ms_between(v.since, coalesce(v_at, private.now())),
        'words', jsonb_build_object(
          'en', private.told(w.en, v.evidence, private.in_words(coalesce(v_at, private.now()), v.expected_at, 'en')),
          'pt-BR', private.told(w.pt_br, v.evidence,
            private.in_words(coalesce(v_at, private.now()), v.expected_at, 'pt-BR')))) order by v.rank), '[]')
    from ops.diagnose(p_job_id, p_as_of) v join private.verdict_words() w on w.code = v.code));
end
$$;
comment on function ops_api.verdicts(uuid, timestamptz) is
  'ops.diagnose for a screen: {job_id, at, is_now, verdicts}, each with evidence as text, expected_in_ms, held_ms '
  '(since it is so), and words: {"en", "pt-BR"}, what its owner is told. Errors: 401 unauthenticated, 403 '
  'not_an_operator, 404 not_found.';
revoke execute on function ops_api.verdicts(uuid, timestamptz) from public;
grant execute on function ops_api.verdicts(uuid, timestamptz) to authenticated, service_role;
