import { baseFamily } from "../cast.ts";

/** Properties of a base as the CDK gives them to CloudFormation. */
export const properties = {
  ContainerDefinitions: [
    {
      Name: "openclaw",
      Image: "openclaw:1.4.0",
      Essential: true,
      Environment: [{ Name: "API_TOKEN", Value: "hush" }],
      MountPoints: [{ ContainerPath: "/home/node", ReadOnly: false, SourceVolume: "home" }],
    },
  ],
  Cpu: "256",
  Memory: "512",
  Family: baseFamily,
  ExecutionRoleArn: { "Fn::GetAtt": ["BaseExecutionRole6319919A", "Arn"] },
  NetworkMode: "awsvpc",
  RequiresCompatibilities: ["FARGATE"],
  Volumes: [{ Name: "home", EFSVolumeConfiguration: { FilesystemId: { Ref: "Files" } } }],
};

export const [container] = properties.ContainerDefinitions;

/** A base in the shape of the CDK's task definitions, which has an execution role once somebody asks for it. */
export class FakeBase {
  readonly taskRole = { roleArn: "arn:aws:iam::111122223333:role/task" };
  readonly node: { readonly defaultChild?: unknown };
  readonly family: string;
  hasExecutionRole = false;

  constructor(changes: object = {}, family: string = baseFamily) {
    this.family = family;
    const resource = { Type: "AWS::ECS::TaskDefinition", Properties: { ...properties, ...changes } };
    this.node = { defaultChild: { _toCloudFormation: () => ({ Resources: { Base93336DB5: resource } }) } };
  }

  obtainExecutionRole(): { readonly roleArn: string } {
    this.hasExecutionRole = true;
    return { roleArn: "arn:aws:iam::111122223333:role/execution" };
  }
}

/** A role whose statements are kept, unless its permissions are managed elsewhere. */
export class FakeRole {
  readonly statements: object[] = [];
  readonly grantPrincipal: { addToPrincipalPolicy(statement: object): { readonly statementAdded: boolean } };

  constructor(isManaged = true) {
    this.grantPrincipal = {
      addToPrincipalPolicy: (statement) => {
        if (isManaged) this.statements.push(statement);
        return { statementAdded: isManaged };
      },
    };
  }
}
