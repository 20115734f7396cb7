import { App, Stack } from "aws-cdk-lib";
import * as ecs from "aws-cdk-lib/aws-ecs";

export const family = "isol8-dev-openclaw";

/** A stack whose ARNs need no function of CloudFormation. */
export const newStack = (): Stack =>
  new Stack(new App({ context: { "@aws-cdk/core:enablePartitionLiterals": true } }), "Isol8", {
    env: { account: "111122223333", region: "us-east-1" },
  });

/** What a base of the tests differs in. */
export interface Changes {
  readonly volumes?: ecs.Volume[];
  readonly container?: Partial<ecs.ContainerDefinitionOptions>;
}

const home = { name: "home", efsVolumeConfiguration: { fileSystemId: "fs-0123456789abcdef0" } };

/** A base that can be cloned, apart from the changes. */
export function newBase(stack: Stack, { volumes = [home], container }: Changes = {}): ecs.FargateTaskDefinition {
  const base = new ecs.FargateTaskDefinition(stack, "Base", { family, cpu: 256, memoryLimitMiB: 512, volumes });
  const image = ecs.ContainerImage.fromRegistry("openclaw:1.4.0");
  base
    .addContainer("openclaw", { image, environment: { API_TOKEN: "hush" }, ...container })
    .addMountPoints({ sourceVolume: "home", containerPath: "/home/node", readOnly: false });
  return base;
}
