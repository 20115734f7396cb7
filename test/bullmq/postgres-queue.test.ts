import { describeQueue } from "./store-suite.ts";
import { startPostgres, whyNoPostgres } from "./stores.ts";

describeQueue("PostgreSQL", whyNoPostgres, startPostgres);
