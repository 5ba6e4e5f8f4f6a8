create function worker.receive_publication(p_job_id uuid)
returns table (queue text, msg_id bigint, read_count integer, item jsonb)
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_lease interval := (select lease from private.lanes where lane = 'publication');
  v_messages private.message[];
begin
  if not exists (select from public.publications p where p.job_id = p_job_id) then
    perform private.refuse(404, 'not_found', 'There is no such publication.', 'job_id');
  end if;
  perform private.dispatch('publication', p_poke => false);
  with read as (
    update pgmq.q_publication_queue q set vt = clock_timestamp() + v_lease, read_ct = q.read_ct + 1
    where q.msg_id = any (array(
      select w.msg_id from pgmq.q_publication_queue w
      where w.vt <= clock_timestamp() and private.uuid_in(w.message, 'job_id') = p_job_id
      order by w.msg_id for update skip locked))
    returning q.msg_id, q.read_ct, q.message
  )
  select array_agg((r.msg_id, r.read_ct, p_job_id, private.number_in(r.message, 'attempt'),
    private.number_in(r.message, 'dispatch'), r.message ->> 'kind')::private.message) into v_messages from read r;
  v_messages := private.seated(v_messages);
  if v_messages is not null then
    return query select * from private.live_items('publication_queue', v_messages);
  end if;
end
$$;
comment on function worker.receive_publication(uuid) is
  'Lets the lines go on, then leases the message of one publication, as worker.receive does: nothing where it waits '
  'for its turn or its time, where a worker is at it, or where it has ended. Error: 404 not_found for a job that is no '
  'publication.';
revoke execute on function worker.receive_publication(uuid) from public;
grant execute on function worker.receive_publication(uuid) to service_role;
