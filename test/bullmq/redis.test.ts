import { describeStore } from "./store-suite.ts";
import { startRedis, whyNoRedis } from "./stores.ts";

describeStore("Redis", whyNoRedis, startRedis);
