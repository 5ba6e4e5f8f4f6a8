create function private.visible_node(p_node jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return jsonb_build_object('id', p_node ->> 'id', 'type', p_node ->> 'type', 'data', (
    select coalesce(jsonb_object_agg(key, value), '{}')
    from jsonb_each(case jsonb_typeof(p_node -> 'data') when 'object' then p_node -> 'data' else '{}' end)
    where key in ('generated', 'loading', 'status', 'error', 'requestId', 'jobId', 'updatedAt')));
end
$$;
comment on function private.visible_node(jsonb) is
  'What a broadcast shows of a node: {id, type, data} with what jobs write into data, and nothing else of it.';
revoke execute on function private.visible_node(jsonb) from public;

create function private.visible_nodes(p_nodes jsonb[]) returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
  v_nodes jsonb;
begin
  if cardinality(p_nodes) > 50 then return '[]'; end if;
  select coalesce(jsonb_agg(private.visible_node(node) order by place), '[]') into v_nodes
  from unnest(p_nodes) with ordinality nodes (node, place);
  -- A broadcast stays small; whoever needs more reads the row.
  return case when octet_length(v_nodes::text) > 65536 then '[]' else v_nodes end;
end
$$;
comment on function private.visible_nodes(jsonb[]) is
  'What a broadcast shows of nodes: none when there are more than 50 or they take more than 64 KiB.';
revoke execute on function private.visible_nodes(jsonb[]) from public;

create function private.changed_nodes(p_old jsonb, p_new jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return private.visible_nodes(array(
    with before as materialized (
      select node from jsonb_array_elements(p_old -> 'nodes') nodes (node)
    )
    select node from jsonb_array_elements(p_new -> 'nodes') with ordinality nodes (node, place)
    where jsonb_typeof(node) = 'object' and not exists (select from before where before.node = nodes.node)
    order by place limit 51));
end
$$;
comment on function private.changed_nodes(jsonb, jsonb) is
  'The nodes of the content p_new that p_old has not or not so, as a broadcast shows them.';
revoke execute on function private.changed_nodes(jsonb, jsonb) from public;

create function private.changed_content(p_old jsonb, p_new jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
  v_nodes jsonb := private.changed_nodes(p_old, p_new);
  v_rest jsonb;
begin
  select coalesce(jsonb_object_agg(key, p_new -> key), '{}') into v_rest
  from unnest(array['edges', 'viewport']) key where p_new ? key and p_new -> key is distinct from p_old -> key;
  -- Written out only where it can be small: a content may have 8 MiB.
  if pg_column_size(v_rest) > 65536 or octet_length(v_rest::text) + octet_length(v_nodes::text) > 65536 then
    v_rest := '{}';
  end if;
  return jsonb_build_object('nodes', v_nodes) || v_rest;
end
$$;
comment on function private.changed_content(jsonb, jsonb) is
  'What a broadcast shows of the content p_new that p_old has not or not so: nodes, and edges and viewport where they '
  'have changed; neither of those two where all of it would take more than 64 KiB.';
revoke execute on function private.changed_content(jsonb, jsonb) from public;
