-- Messages: what pgmq carries.
--
-- Only what has been given a slot is in a lane's queue, and only what is to be settled in the settle queue. So no queue
-- is longer than there are slots, and a read costs the same whatever the backlog.
--
-- What is done with a queue all the time (send, read, lease, delete) is prepared once in a session: pgmq's own
-- functions parse and plan it at every call, because the name of the table varies. What is rare is left to those.

create function private.prepared(p_act text, p_queue text) returns text
language plpgsql set search_path = '' as $$
declare
  v_name text := concat_ws('_', 'esteira', p_act, p_queue);
begin
  -- Volatile, for what it executes writes; a linter sees none of that.
  -- @plpgsql_check_options: performance_warnings = off
  -- Looked up each time: a rollback does not take a prepared statement back, but a pooler may ("discard all").
  if not exists (select from pg_catalog.pg_prepared_statements where name = v_name) then
    execute format(case p_act
      when 'send' then 'prepare %1$I (jsonb[]) as
        insert into pgmq.%2$I (vt, message) select clock_timestamp(), unnest($1)'
      when 'hand' then 'prepare %1$I (interval, jsonb) as
        insert into pgmq.%2$I (vt, read_ct, message) values (clock_timestamp() + $1, 1, $2) returning msg_id'
      when 'lease' then 'prepare %1$I (interval, bigint) as
        update pgmq.%2$I set vt = clock_timestamp() + $1
        where msg_id = $2 and vt < clock_timestamp() + $1 * 0.95'
      when 'read' then 'prepare %1$I (interval, integer) as
        update pgmq.%2$I set vt = clock_timestamp() + $1, read_ct = read_ct + 1
        where msg_id = any (array(
          select msg_id from pgmq.%2$I where vt <= clock_timestamp() order by msg_id limit $2 for update skip locked))
        returning msg_id, read_ct, message'
      when 'delete' then 'prepare %1$I (bigint[]) as delete from pgmq.%2$I where msg_id = any ($1)'
    end, v_name, 'q_' || p_queue);
  end if;
  return v_name;
end
$$;
comment on function private.prepared(text, text) is
  'The name of the session''s prepared statement that does with a queue what pgmq.send_batch (act send: messages), '
  'pgmq.read (read: lease, how many), pgmq.set_vt (lease: lease, id; writes nothing in a lease''s first twentieth) and '
  'pgmq.delete (delete: ids) do; hand: sends one message that is leased as it is sent. An act has six letters at most: '
  'more, and the longest name of a queue would make none.';
revoke execute on function private.prepared(text, text) from public;
