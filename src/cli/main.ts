#!/usr/bin/env node
import { toHost } from "./host.ts";
import { run } from "./run.ts";

process.exitCode = await run(toHost(process, new URL("../../package.json", import.meta.url)));
