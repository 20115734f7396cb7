import { describeStore } from "./store-suite.ts";
import { startPostgres, whyNoPostgres } from "./stores.ts";

describeStore("PostgreSQL", whyNoPostgres, startPostgres);
