create function private.install_catalog() returns void
language plpgsql set search_path = '' as $$
begin
  perform private.create_lane('runninghub', 'runninghub');
  perform private.create_lane('kie', 'kie');
  perform private.create_lane('fal', 'fal');
  perform private.create_lane('replicate', 'replicate');
  perform private.create_lane('astria', 'astria');

  -- What the providers' documentation allows (docs/providers/kie.md, docs/providers/replicate.md); more is rejected,
  -- not queued.
  update private.lanes set rate_limit = 20, rate_window = '10 seconds' where lane = 'kie';
  update private.lanes set rate_limit = 600, rate_window = '1 minute' where lane = 'replicate';
  -- A training's callback comes once or never, and only by asking does its progress show: once a minute, for the reaper
  -- runs no more often, and a shade less, so that none of its runs comes too early. After errors Astria wants to be left
  -- alone for half a minute at first (docs/providers/astria.md).
  update private.lanes set poll_after = '50 seconds', poll_every = '50 seconds',
    backoff_base = '30 seconds', backoff_max = '10 minutes'
  where lane = 'astria';

  -- All are disabled until an operator has given their lane an account, and those on RunningHub the id of an AI app in
  -- that account (settings.webapp_id): a job in a lane without slots would wait for ever.
  insert into public.tools (tool, lane, titles, credit_cost, settings, is_enabled) values (
    'upscaler', 'runninghub', '{"en": "Image upscaler", "pt-BR": "Upscaler de imagem"}', 1,
    '{
      "files": {"image": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 31457280}},
      "nodes": {
        "image": {"node_id": "39", "field_name": "image"},
        "scale": {"node_id": "41", "field_name": "scale"}
      },
      "output_node_id": "9",
      "variants": {"near": {}}
    }', false
  ), (
    -- Runs in the lane kie, fal or replicate: change tools.lane, nothing else. fields: what each calls our input.
    'image', 'kie', '{"en": "Image generation and editing", "pt-BR": "Geração e edição de imagem"}', 1,
    '{
      "files": {"images": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 10485760, "max_count": 5}},
      "kie": {
        "model": "google/nano-banana", "edit_model": "google/nano-banana-edit",
        "fields": {"prompt": "prompt", "images": "image_urls", "aspect_ratio": "image_size",
          "output_format": "output_format"}
      },
      "fal": {
        "model": "fal-ai/nano-banana", "edit_model": "fal-ai/nano-banana/edit",
        "fields": {"prompt": "prompt", "images": "image_urls", "aspect_ratio": "aspect_ratio",
          "output_format": "output_format"}
      },
      "replicate": {
        "model": "google/nano-banana",
        "fields": {"prompt": "prompt", "images": "image_input", "aspect_ratio": "aspect_ratio",
          "output_format": {"name": "output_format", "values": {"jpeg": "jpg"}}}
      }
    }', false
  );
  -- Nodes are those of the app that settings.webapp_id names, and every app numbers its own: these belong to the apps
  -- that the tools were written for. For pose_changer the operator gives them.
  insert into public.tools (tool, lane, titles, credit_cost, timeout, settings, is_enabled) values (
    'pose_changer', 'runninghub', '{"en": "Pose changer", "pt-BR": "Mudar pose"}', 2, '30 minutes',
    '{
      "files": {
        "person_image": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 31457280},
        "reference_image": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 31457280}
      }
    }', false
  ), (
    'veste_ai', 'runninghub', '{"en": "Virtual try-on", "pt-BR": "Veste AI"}', 2, '30 minutes',
    '{
      "files": {
        "person_image": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 31457280},
        "clothing_image": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 31457280}
      },
      "nodes": {
        "person_image": {"node_id": "41", "field_name": "image"},
        "clothing_image": {"node_id": "43", "field_name": "image"}
      }
    }', false
  ), (
    -- RunningHub takes uploads of up to 30 MB (docs/providers/runninghub.md).
    'video_upscaler', 'runninghub', '{"en": "Video upscaler", "pt-BR": "Upscaler de vídeo"}', 5, '1 hour',
    '{
      "files": {"video": {"types": ["video/mp4", "video/quicktime"], "max_bytes": 31457280}},
      "nodes": {"video": {"node_id": "3", "field_name": "video"}}
    }', false
  );
  insert into public.tools (tool, lane, titles, credit_cost, max_attempts, timeout, effect, settings, is_enabled) values (
    'model_training', 'astria', '{"en": "Model training", "pt-BR": "Treinamento de modelo"}', 10, 2, '4 hours', 'model',
    '{
      "files": {"images": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 10485760, "max_count": 20}},
      "astria": {"base_tune_id": 1504944, "branch": "flux1", "model_type": "lora", "preset": "flux-lora-portrait",
        "token": "ohwx"}
    }', false
  );

  -- Publications to social media: five at a time. No provider publishes yet, and until there are tools in it, it has
  -- nothing to do.
  perform private.create_lane('publication', 'publication', 'sync', 'publication_queue');
  perform ops.add_account('publication', 'platforms', null, 5);

  perform private.create_lane('external', 'external', 'pull');
  perform ops.add_account('external', 'workers', null, 5);
  update public.tools set effect = 'project_node' where tool = 'image';
end
$$;
comment on function private.install_catalog() is 'Brings lanes, tools and accounts.';
revoke execute on function private.install_catalog() from public;
