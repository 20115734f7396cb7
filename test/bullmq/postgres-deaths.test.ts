import { describeDeaths } from "./store-suite.ts";
import { startPostgres, whyNoPostgres } from "./stores.ts";

describeDeaths("PostgreSQL", whyNoPostgres, startPostgres);
