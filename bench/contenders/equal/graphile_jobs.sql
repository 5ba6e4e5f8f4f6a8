-- graphile-worker with the same work in the same transactions: one of its jobs submits, one stores the result. It takes
-- and ends jobs by statements of its runner, which has no transaction to share; here they are in functions, as its
-- getJobs and completeJobs send them for jobs without a named queue.

create function app.create_and_add(p_user_id uuid, p_input jsonb) returns uuid language plpgsql as $$
declare
  v_job_id uuid := app.create_job(p_user_id, 'bench', p_input, 1);
begin
  perform graphile_worker.add_job('submit', json_build_object('job_id', v_job_id, 'input', p_input));
  return v_job_id;
end;
$$;

create function app.get_job(p_task text, p_worker text, out id bigint, out job_id uuid) returns setof record
language sql as $$
  with j as (
    select jobs.job_queue_id, jobs.priority, jobs.run_at, jobs.id from graphile_worker._private_jobs as jobs
    where jobs.is_available = true and run_at <= now()
      and task_id = any(array(select t.id from graphile_worker._private_tasks t where t.identifier = p_task))
      and (jobs.job_queue_id is null or jobs.job_queue_id in (
        select q.id from graphile_worker._private_job_queues as q where q.is_available = true for update skip locked))
    order by priority asc, run_at asc limit 1 for update skip locked
  ), q as (
    update graphile_worker._private_job_queues as job_queues set locked_by = p_worker, locked_at = now()
    from j where job_queues.id = j.job_queue_id
  )
  update graphile_worker._private_jobs as jobs
  set attempts = jobs.attempts + 1, locked_by = p_worker, locked_at = now()
  from j where jobs.id = j.id returning jobs.id, (jobs.payload ->> 'job_id')::uuid
$$;

create function app.claim(p_worker text, out id bigint, out job_id uuid) returns setof record language plpgsql as $$
begin
  for id, job_id in select g.id, g.job_id from app.get_job('submit', p_worker) g loop
    perform app.move_job(job_id, 'starting');
    return next;
  end loop;
end;
$$;

create function app.submitted(p_id bigint, p_job_id uuid, p_external_id text, p_raw jsonb) returns void
language plpgsql as $$
begin
  perform app.move_job(p_job_id, 'running', jsonb_build_object('taskId', p_external_id, 'raw', p_raw), p_external_id);
  delete from graphile_worker._private_jobs where id = p_id;
end;
$$;

create function app.webhook(p_job_id uuid, p_external_id text, p_payload jsonb) returns void language plpgsql as $$
begin
  if app.store_webhook('bench', p_external_id, p_job_id, p_payload) then
    perform app.move_job(p_job_id, 'webhook_received');
    perform graphile_worker.add_job('settle', json_build_object('job_id', p_job_id));
  end if;
end;
$$;

create function app.complete(p_id bigint, p_job_id uuid, p_output jsonb, p_output_url text) returns void
language plpgsql as $$
begin
  perform app.move_job(p_job_id, 'completed', jsonb_build_object('outputUrl', p_output_url),
    p_output => p_output, p_output_url => p_output_url);
  delete from graphile_worker._private_jobs where id = p_id;
end;
$$;
