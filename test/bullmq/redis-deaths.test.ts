import { describeDeaths } from "./store-suite.ts";
import { startRedis, whyNoRedis } from "./stores.ts";

describeDeaths("Redis", whyNoRedis, startRedis);
