-- absurd with the same work in the same transactions: a task a job, which sleeps until the webhook's event wakes it.

create function app.create_and_spawn(p_user_id uuid, p_input jsonb) returns uuid language plpgsql as $$
declare
  v_job_id uuid := app.create_job(p_user_id, 'bench', p_input, 1);
begin
  perform absurd.spawn_task('bench', 'bench', jsonb_build_object('job_id', v_job_id, 'input', p_input), '{}');
  return v_job_id;
end;
$$;

create function app.claim(out run_id uuid, out task_id uuid, out job_id uuid, out wake_event text, out event_payload jsonb)
returns setof record language plpgsql as $$
begin
  for run_id, task_id, job_id, event_payload in
    select c.run_id, c.task_id, (c.params ->> 'job_id')::uuid, c.event_payload
    from absurd.claim_task('bench', 'bench', 60, 1) c
  loop
    -- A task that the webhook woke has its job's step already.
    if event_payload is null then
      perform app.move_job(job_id, 'starting');
    end if;
    return next;
  end loop;
end;
$$;

-- The provider has the task: said in a checkpoint, then the task sleeps until its event comes.
create function app.submitted(p_run_id uuid, p_task_id uuid, p_job_id uuid, p_external_id text, p_raw jsonb) returns void
language plpgsql as $$
begin
  perform absurd.set_task_checkpoint_state('bench', p_task_id, 'submit', p_raw, p_run_id);
  perform app.move_job(p_job_id, 'running', jsonb_build_object('taskId', p_external_id), p_external_id);
  perform absurd.await_event('bench', p_task_id, p_run_id, 'webhook', 'task:' || p_external_id, 86400);
end;
$$;

create function app.webhook(p_job_id uuid, p_external_id text, p_payload jsonb) returns void language plpgsql as $$
begin
  if app.store_webhook('bench', p_external_id, p_job_id, p_payload) then
    perform app.move_job(p_job_id, 'webhook_received');
    perform absurd.emit_event('bench', 'task:' || p_external_id, p_payload);
  end if;
end;
$$;

create function app.complete(p_run_id uuid, p_job_id uuid, p_output jsonb, p_output_url text) returns void
language plpgsql as $$
begin
  perform app.move_job(p_job_id, 'completed', jsonb_build_object('outputUrl', p_output_url),
    p_output => p_output, p_output_url => p_output_url);
  perform absurd.complete_run('bench', p_run_id, p_output);
end;
$$;
