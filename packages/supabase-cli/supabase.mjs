#!/usr/bin/env node
// `node_modules/.bin/supabase`, and so `npx supabase`: passes everything on to the CLI's binary.
import { spawnSync } from "node:child_process";
import { supabaseBinary } from "./binary.mjs";

const { status, signal, error } = spawnSync(supabaseBinary(), process.argv.slice(2), { stdio: "inherit" });
if (error) console.error(`The Supabase CLI could not be started: ${error.message}`);
process.exit(status ?? (signal === "SIGINT" ? 130 : 1));
