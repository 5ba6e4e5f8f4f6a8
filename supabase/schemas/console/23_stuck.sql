create function private.line_of_stuck(p_job public.jobs, p_verdicts private.verdict[], p_now timestamptz)
returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v private.verdict := p_verdicts[1];
  v_word private.verdict_word;
begin
  select * into v_word from private.verdict_words() w where w.code = v.code;
  return jsonb_build_object('job_id', p_job.id, 'user_id', p_job.user_id, 'tool', p_job.tool, 'lane', p_job.lane,
    'status', p_job.status, 'current_step', p_job.current_step, 'age_ms', private.ms(p_now - p_job.created_at),
    'usual_ms', private.ms(private.usual_time(p_job.tool)), 'code', v.code, 'level', v.level, 'detail', v.detail,
    'held_ms', private.ms(p_now - v.since), 'clears', v.clears, 'expected_in_ms', private.ms(v.expected_at - p_now),
    'also', to_jsonb(array(select a.code from unnest(p_verdicts) a where a.rank > 1 and not a.ruled_out
      and a.level in ('error', 'warn') order by a.rank)),
    'words', jsonb_build_object(
      'en', private.told(v_word.en, v.evidence, private.in_words(p_now, v.expected_at, 'en')),
      'pt-BR', private.told(v_word.pt_br, v.evidence, private.in_words(p_now, v.expected_at, 'pt-BR'))));
end
$$;
comment on function private.line_of_stuck(public.jobs, private.verdict[], timestamptz) is
  'A job that is stuck, by its verdicts in their order, as ops_api.stuck has it.';
revoke execute on function private.line_of_stuck(public.jobs, private.verdict[], timestamptz) from public;

create function ops_api.stuck(p_limit integer default 20) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  perform private.require_operator();
  if p_limit is null or p_limit not between 1 and 50 then
    perform private.refuse(422, 'invalid_input', 'From 1 to 50 jobs.', 'limit');
  end if;
  return jsonb_build_object('at', v_now, 'jobs', (
    select coalesce(jsonb_agg(private.line_of_stuck(found.job, found.verdicts, v_now)
      order by found.level, (found.job).created_at, (found.job).id), '[]')
    from (
      select j as job, looked.verdicts, (looked.verdicts)[1].level
      from private.suspects(v_now, 2 * p_limit) s
      join public.jobs j on j.id = s.job_id and j.status in ('pending', 'processing'),
      lateral private.verdicts_now(j, v_now) as looked (verdicts)
      where not (looked.verdicts)[1].ruled_out and (looked.verdicts)[1].level in ('error', 'warn')
      order by 3, j.created_at, j.id limit p_limit) found));
end
$$;
comment on function ops_api.stuck(integer) is
  'ops.stuck_jobs for a screen: {at, jobs}, each {job_id, user_id, tool, lane, status, current_step, age_ms, usual_ms: '
  'how old such a job usually gets at the most, code, level, detail, held_ms: since it is so, clears, expected_in_ms, '
  'also: codes of what else is wrong, words: {"en", "pt-BR"}, what its owner is told}; those in error first, then the '
  'oldest. p_limit: up to 50, of a bounded number that is looked at (private.suspects). Errors: 401 unauthenticated, '
  '403 not_an_operator, 422 invalid_input.';
revoke execute on function ops_api.stuck(integer) from public;
grant execute on function ops_api.stuck(integer) to authenticated, service_role;
