create function private.effect_findings(p_job public.jobs, p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_effect public.job_effects;
  v_evidence jsonb;
begin
  select * into v_effect from public.job_effects where job_id = p_job.id;
  if not found then return; end if;
  v_evidence := jsonb_build_object('effect', v_effect.effect, 'outcome', v_effect.outcome, 'message', v_effect.message,
    'project', p_job.metadata -> 'projectId', 'node', p_job.metadata -> 'nodeId');
  case
    when v_effect.outcome = 'pending' then
      return next private.finding('effect_pending',
        'Its project or model was in use when it ended; it is shown there when that is free, tried every ten seconds.',
        v_evidence, p_since => v_effect.updated_at, p_subject => v_effect.effect,
        p_expected_at => case when p_at - v_effect.updated_at < interval '10 seconds'
          then v_effect.updated_at + interval '10 seconds' end);
    when v_effect.outcome in ('project_missing', 'node_missing', 'model_missing') then
      return next private.finding('node_missing', format('What it is to be shown on is not there: %s.',
        replace(v_effect.outcome, '_', ' ')), v_evidence, p_since => v_effect.updated_at, p_subject => v_effect.effect);
    when v_effect.outcome in ('failed', 'node_malformed', 'model_url_missing') then
      return next private.finding('effect_failed', format('It could not be shown: %s.', coalesce(
        rtrim(v_effect.message, '.'), replace(v_effect.outcome, '_', ' '))), v_evidence,
        p_since => v_effect.updated_at, p_subject => v_effect.effect);
    else
      return next private.not_so('effect_failed', format('Its effect is %s.', v_effect.outcome), v_evidence,
        v_effect.effect);
  end case;
end
$$;
comment on function private.effect_findings(public.jobs, timestamptz) is
  'Whether a job that has ended is shown where it belongs: on a project''s node, or as a model.';
revoke execute on function private.effect_findings(public.jobs, timestamptz) from public;

create function private.file_findings(p_job public.jobs) returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  if p_job.output ? 'expired_at' then
    return next private.finding('result_expired', 'Its files were deleted: they had been kept for as long as they are.',
      jsonb_build_object('expired_at', p_job.output -> 'expired_at'),
      p_since => (p_job.output ->> 'expired_at')::timestamptz, p_subject => p_job.tool);
  end if;
end
$$;
comment on function private.file_findings(public.jobs) is 'Whether the files of a result are there still.';
revoke execute on function private.file_findings(public.jobs) from public;
