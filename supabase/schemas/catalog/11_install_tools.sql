-- All tools are switched off until an operator has given their lane an account, and those on RunningHub the id of an AI
-- app in that account (settings.webapp_id): a job in a lane without slots would wait for ever.

create function private.install_runninghub_tools() returns setof private.shipment
language plpgsql set search_path = '' as $$
begin
  return query
    select s.* from (values
      -- Nodes are those of the app that settings.webapp_id names, and every app numbers its own: these belong to the
      -- apps that the tools were written for. For pose_changer the operator gives them.
      ('upscaler', '{
        "lane": "runninghub", "credit_cost": 1, "titles": {"en": "Image upscaler", "pt-BR": "Upscaler de imagem"},
        "settings": {
          "files": {"image": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 31457280}},
          "nodes": {
            "image": {"node_id": "39", "field_name": "image"},
            "scale": {"node_id": "41", "field_name": "scale"}
          },
          "output_node_id": "9",
          "variants": {"near": {}}
        }
      }'::jsonb),
      ('pose_changer', '{
        "lane": "runninghub", "credit_cost": 2, "titles": {"en": "Pose changer", "pt-BR": "Mudar pose"},
        "settings": {
          "files": {
            "person_image": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 31457280},
            "reference_image": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 31457280}
          }
        }
      }'),
      ('veste_ai', '{
        "lane": "runninghub", "credit_cost": 2, "titles": {"en": "Virtual try-on", "pt-BR": "Veste AI"},
        "settings": {
          "files": {
            "person_image": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 31457280},
            "clothing_image": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 31457280}
          },
          "nodes": {
            "person_image": {"node_id": "41", "field_name": "image"},
            "clothing_image": {"node_id": "43", "field_name": "image"}
          }
        }
      }'),
      -- RunningHub takes uploads of up to 30 MB (docs/providers/runninghub.md).
      ('video_upscaler', '{
        "lane": "runninghub", "credit_cost": 5, "titles": {"en": "Video upscaler", "pt-BR": "Upscaler de vídeo"},
        "timeout": "1 hour",
        "settings": {
          "files": {"video": {"types": ["video/mp4", "video/quicktime"], "max_bytes": 31457280}},
          "nodes": {"video": {"node_id": "3", "field_name": "video"}}
        }
      }')
    ) tools (name, columns),
    lateral private.ship_row('tool', 'public.tools', 'tool', name, columns || '{"is_enabled": false}') s;
end
$$;
comment on function private.install_runninghub_tools() is 'Brings the tools that run on RunningHub.';
revoke execute on function private.install_runninghub_tools() from public;

create function private.install_model_tools() returns setof private.shipment
language plpgsql set search_path = '' as $$
begin
  return query
    select s.* from (values
      -- Runs in the lane kie, fal or replicate: change tools.lane, nothing else. fields: what each calls our input.
      ('image', '{
        "lane": "kie", "credit_cost": 1, "effect": "project_node",
        "titles": {"en": "Image generation and editing", "pt-BR": "Geração e edição de imagem"},
        "settings": {
          "files": {
            "images": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 10485760, "max_count": 5}
          },
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
        }
      }'::jsonb),
      ('model_training', '{
        "lane": "astria", "credit_cost": 10, "titles": {"en": "Model training", "pt-BR": "Treinamento de modelo"},
        "max_attempts": 2, "timeout": "4 hours", "effect": "model",
        "settings": {
          "files": {
            "images": {"types": ["image/png", "image/jpeg", "image/webp"], "max_bytes": 10485760, "max_count": 20}
          },
          "astria": {"base_tune_id": 1504944, "branch": "flux1", "model_type": "lora",
            "preset": "flux-lora-portrait", "token": "ohwx"}
        }
      }'),
      -- Longer than the lane's lease, within which the answer comes or never does.
      ('speech', '{
        "lane": "openai", "credit_cost": 1, "titles": {"en": "Text to speech", "pt-BR": "Texto em fala"},
        "timeout": "4 minutes", "max_attempts": 5,
        "settings": {
          "output_types": ["audio/*"],
          "openai": {
            "model": "gpt-4o-mini-tts",
            "fields": {"text": "input", "voice": "voice", "format": "response_format", "speed": "speed",
              "instructions": "instructions"}
          }
        }
      }')
    ) tools (name, columns),
    lateral private.ship_row('tool', 'public.tools', 'tool', name, columns || '{"is_enabled": false}') s;
end
$$;
comment on function private.install_model_tools() is
  'Brings the tools that run on models of KIE, fal, Replicate, Astria and OpenAI.';
revoke execute on function private.install_model_tools() from public;

create function private.install_publication_tools() returns setof private.shipment
language plpgsql set search_path = '' as $$
declare
  v_media text[] := array['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'video/mp4', 'video/quicktime',
    'video/webm'];
  v_documents text[] := array['application/pdf', 'application/msword', 'application/vnd.ms-powerpoint',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.openxmlformats-officedocument.presentationml.presentation'];
begin
  return query
    select s.* from (values
      ('tiktok_video', '{"en": "TikTok video", "pt-BR": "Vídeo no TikTok"}'::jsonb, 1, v_media),
      ('tiktok_photo', '{"en": "TikTok photos", "pt-BR": "Fotos no TikTok"}', 35, v_media),
      ('facebook_post', '{"en": "Facebook post", "pt-BR": "Post no Facebook"}', 10, v_media),
      ('facebook_video', '{"en": "Facebook video", "pt-BR": "Vídeo no Facebook"}', 1, v_media),
      ('facebook_reel', '{"en": "Facebook reel", "pt-BR": "Reel no Facebook"}', 1, v_media),
      ('facebook_story', '{"en": "Facebook story", "pt-BR": "Story no Facebook"}', 1, v_media),
      ('instagram_feed', '{"en": "Instagram post", "pt-BR": "Post no Instagram"}', 1, v_media),
      ('instagram_reel', '{"en": "Instagram reel", "pt-BR": "Reel no Instagram"}', 1, v_media),
      ('instagram_story', '{"en": "Instagram story", "pt-BR": "Story no Instagram"}', 1, v_media),
      ('instagram_carousel', '{"en": "Instagram carousel", "pt-BR": "Carrossel no Instagram"}', 10, v_media),
      -- A video, and the picture that is its thumbnail.
      ('youtube_video', '{"en": "YouTube video", "pt-BR": "Vídeo no YouTube"}', 2, v_media),
      ('youtube_short', '{"en": "YouTube Short", "pt-BR": "Short no YouTube"}', 2, v_media),
      ('threads_post', '{"en": "Post on Threads", "pt-BR": "Post no Threads"}', 20, v_media),
      ('x_post', '{"en": "Post on X", "pt-BR": "Post no X"}', 4, v_media),
      ('linkedin_post', '{"en": "Post on LinkedIn", "pt-BR": "Post no LinkedIn"}', 20, v_media),
      ('linkedin_document', '{"en": "Document on LinkedIn", "pt-BR": "Documento no LinkedIn"}', 1, v_documents)
    ) tools (name, titles, files, types),
    lateral private.ship_row('tool', 'public.tools', 'tool', name, jsonb_build_object('lane', 'publication',
      'credit_cost', 1, 'titles', titles, 'max_attempts', 4, 'timeout', '30 minutes', 'is_enabled', false,
      -- What an option takes exactly, its platform's rules say; a publication leaves no files of its own.
      'max_output_bytes', 1, 'settings', jsonb_build_object('files', jsonb_build_object('media', jsonb_build_object(
        'types', types,
        'max_bytes', 1073741824, 'max_count', files))))) s;
end
$$;
comment on function private.install_publication_tools() is
  'Brings what can be published, each named for its platform; with three retries, as document 003 has it.';
revoke execute on function private.install_publication_tools() from public;

create function private.install_tools() returns setof private.shipment
language plpgsql set search_path = '' as $$
begin
  return query select * from private.install_runninghub_tools();
  return query select * from private.install_model_tools();
  return query select * from private.install_publication_tools();
end
$$;
comment on function private.install_tools() is 'Brings the tools; called by ops.install() alone, after the lanes.';
revoke execute on function private.install_tools() from public;
