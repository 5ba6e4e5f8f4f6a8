create function private.words_of_pauses() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('user_paused', 295, 'warn', 'by_operator',
      'If the pause is over: select ops.act(''resume'', ''{"user_id": "…"}'', false);',
      array['Your jobs are on hold: our team has paused your account.', 'They go on once the pause ends{when}.',
        'You can contact us, or cancel this job.'],
      array['Seus trabalhos estão em espera: nossa equipe pausou sua conta.',
        'Eles continuam quando a pausa acabar{when}.', 'Você pode falar conosco ou cancelar este trabalho.'])
$$;
comment on function private.words_of_pauses() is 'The words of findings about pauses of single users.';
revoke execute on function private.words_of_pauses() from public;

create function private.findings_of_pauses(p_job public.jobs, p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_pause private.user_pauses;
begin
  if p_job.status <> 'pending' then return; end if;
  select * into v_pause from private.user_pauses where user_id = p_job.user_id and paused_until > p_at;
  if found then
    return next private.finding('user_paused', format('Its user is paused: %s', v_pause.reason),
      jsonb_build_object('paused_until', nullif(v_pause.paused_until, 'infinity'), 'reason', v_pause.reason),
      p_since => v_pause.paused_at, p_expected_at => nullif(v_pause.paused_until, 'infinity'),
      p_subject => p_job.user_id::text, p_repair_sql => format('select ops.act(''resume'', %L, false)',
        jsonb_build_object('user_id', p_job.user_id)));
  else
    return next private.not_so('user_paused', 'Its user is not paused.', p_subject => p_job.user_id::text);
  end if;
end
$$;
comment on function private.findings_of_pauses(public.jobs, timestamptz) is
  'Whether an operator has paused the user of a job that waits.';
revoke execute on function private.findings_of_pauses(public.jobs, timestamptz) from public;
