create function private.model_of(p_model public.ai_models, p_job public.jobs) returns public.ai_models
language plpgsql stable set search_path = '' as $$
declare
  v_url text := case
    when p_job.status = 'completed' then coalesce(p_job.output #>> '{data,model_url}', p_job.request_id) end;
begin
  p_model."trainingJobId" := p_job.id;
  p_model.status := case
    when p_job.status in ('pending', 'processing') then 'TRAINING' when v_url is not null then 'READY' else 'ERROR' end;
  p_model.progress := case p_model.status
    when 'READY' then 100 when 'TRAINING' then coalesce(p_job.progress, 0) else p_model.progress end;
  p_model."modelUrl" := v_url;
  p_model."trainedAt" := case when p_model.status = 'READY' then p_job.completed_at end;
  p_model."errorMessage" := case when p_model.status = 'ERROR' then case p_job.status
    when 'cancelled' then 'The training was cancelled.'
    when 'completed' then 'The training ended without a model.'
    else p_job.error_message end end;
  return p_model;
end
$$;
comment on function private.model_of(public.ai_models, public.jobs) is
  'A model, as it is when its training stands where p_job does.';
revoke execute on function private.model_of(public.ai_models, public.jobs) from public;
