import { describeQueue } from "./store-suite.ts";
import { startRedis, whyNoRedis } from "./stores.ts";

describeQueue("Redis", whyNoRedis, startRedis);
