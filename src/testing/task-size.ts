/** CPU units of a task's `cpu`, which may be given in vCPUs; `undefined` if it is neither. */
export function toCpuUnits(cpu: string | null | undefined): number | undefined {
  return toNumber(cpu, /^(\d*\.?\d+)\s*vcpu$/i);
}

/** MiB of a task's `memory`, which may be given in GB; `undefined` if it is neither. */
export function toMebibytes(memory: string | null | undefined): number | undefined {
  return toNumber(memory, /^(\d*\.?\d+)\s*gb$/i);
}

function toNumber(size: string | null | undefined, inThousands: RegExp): number | undefined {
  const text = size?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text);
  const [, thousands] = inThousands.exec(text) ?? [];
  return thousands === undefined ? undefined : Number(thousands) * 1024;
}
