import * as z from "zod";
import { lazily } from "../../lazily.ts";

/** The memory values (MiB) that Fargate offers for each CPU value (CPU units). */
export type FargateMemory = Readonly<Record<number, readonly number[]>>;

const steps = (from: number, to: number, step: number): readonly number[] =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);

/**
 * The sizes that Fargate offers. The last row was added in 2026 and may not be available in every region. If AWS offers other sizes, pass
 * the cloner your own table: `fargateMemory: { ...fargateMemory, 512: [...] }`.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#task_size
 */
export const fargateMemory: FargateMemory = {
  256: [512, 1024, 2048],
  512: steps(1024, 4096, 1024),
  1024: steps(2048, 8192, 1024),
  2048: steps(4096, 16384, 1024),
  4096: steps(8192, 30720, 1024),
  8192: steps(16384, 61440, 4096),
  16384: steps(32768, 122880, 8192),
  32768: [61440, 122880, 249856],
};

/** @internal */
export const fargateMemorySchema = lazily(
  () =>
    z
      .record(z.coerce.number<number>().int().positive(), z.array(z.number()).readonly())
      .readonly() satisfies z.ZodType<FargateMemory>,
);
