import { fargateShapes } from "./fargate.ts";
import { acceleratorShapes, instanceShapes, managedShapes } from "./instances.ts";
import type { Shape } from "./shape.ts";
import { sidecarShapes } from "./sidecars.ts";
import { sizeShapes } from "./sizes.ts";
import { variableShapes } from "./variables.ts";
import { efsShapes, otherVolumeShapes } from "./volumes.ts";
import { windowsShapes } from "./windows.ts";

/** All shapes of the corpus. */
export const shapes: readonly Shape[] = [
  ...fargateShapes,
  ...instanceShapes,
  ...acceleratorShapes,
  ...managedShapes,
  ...windowsShapes,
  ...efsShapes,
  ...otherVolumeShapes,
  ...sidecarShapes,
  ...variableShapes,
  ...sizeShapes,
];
