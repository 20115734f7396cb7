import type { Check, Outcome } from "./check.ts";
import { runAccessPoint, runFileSystem } from "./checks/efs.ts";
import { runEnvFile } from "./checks/env-file.ts";
import { runImage } from "./checks/image.ts";
import { runImagePlatform } from "./checks/image-platform.ts";
import { runKey } from "./checks/key.ts";
import { runLogGroup } from "./checks/log-group.ts";
import { runParameter } from "./checks/parameter.ts";
import { runRole } from "./checks/role.ts";
import { runRolePermission } from "./checks/role-permission.ts";
import { runS3Files } from "./checks/s3files.ts";
import { runSecret, runSecretKey } from "./checks/secret.ts";
import type { Context } from "./context.ts";

/** Runs one check. */
export async function runCheck(check: Check, context: Context): Promise<Outcome> {
  switch (check.kind) {
    case "shape": {
      const { status, detail, advice } = check;
      return { status, detail, ...(advice !== "" && { advice }) };
    }
    case "image":
      return await runImage(check, context);
    case "image-platform":
      return await runImagePlatform(check, context);
    case "secret":
    case "registry-credentials":
      return await runSecret(check, context);
    case "secret-key":
      return await runSecretKey(check, context);
    case "parameter":
      return await runParameter(check, context);
    case "access-point":
      return await runAccessPoint(check, context);
    case "file-system":
      return await runFileSystem(check, context);
    case "s3files-access-point":
    case "s3files-file-system":
      return await runS3Files(check, context);
    case "execution-role":
    case "task-role":
      return await runRole(check, context);
    case "log-group":
      return await runLogGroup(check, context);
    case "env-file":
      return await runEnvFile(check, context);
    case "role-permission":
      return await runRolePermission(check, context);
    case "key":
      return await runKey(check, context);
  }
}
