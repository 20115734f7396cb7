import { toCanonicalText } from "../record/canonical-text.ts";
import type { CloneContent } from "../user/user-part.ts";
import { accessPointOf } from "../user/volumes.ts";

/**
 * One text for everything in a task definition that distinguishes users, whoever put it there: each container's image and the names of its secrets and
 * variables, and each volume's access point, and the task's role. What ECS fills in or orders anew does not change it.
 */
export function toIsolationText({ containerDefinitions, volumes, taskRoleArn }: CloneContent): string {
  return toCanonicalText({
    taskRoleArn: taskRoleArn || undefined,
    containerDefinitions: (containerDefinitions ?? []).map(({ name, image, secrets, environment }) => ({
      name,
      image,
      secretNames: toNames(secrets),
      variableNames: toNames(environment),
    })),
    volumes: (volumes ?? []).map((volume) => ({ name: volume.name, accessPoint: accessPointOf(volume) })),
  });
}

const toNames = (named: readonly { readonly name?: string | undefined }[] | null | undefined): (string | undefined)[] =>
  [...new Set(named?.map(({ name }) => name))].sort();
