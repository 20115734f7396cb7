import { app, smallest } from "../inputs.ts";
import { type Input, specify, withContainer } from "./specify.ts";

const withContainers = (count: number): Input => ({
  ...smallest,
  containerDefinitions: Array.from({ length: count }, (_, index) => ({ ...app, name: `app-${index}`, memory: 128 })),
});

specify("rules on containers", {
  refused: [
    {
      what: "no list of containers",
      input: { ...smallest, containerDefinitions: undefined },
      message: "Container list cannot be empty.",
    },
    {
      what: "an empty list of containers",
      input: { ...smallest, containerDefinitions: [] },
      message: "Container list cannot be empty.",
    },
    {
      what: "eleven containers",
      input: withContainers(11),
      message: "A task definition can have at most 10 containers.",
    },
    {
      what: "a container without a name",
      input: withContainer({ name: undefined }),
      message: "Container.name should not be null or empty.",
    },
    {
      what: "a container's name with a space",
      input: withContainer({ name: "the app" }),
      message: "Container.name contains invalid characters.",
    },
    {
      what: "two containers with the same name",
      input: {
        ...smallest,
        containerDefinitions: [...smallest.containerDefinitions, ...smallest.containerDefinitions],
      },
      message: "Container names must be unique within a task definition",
    },
    {
      what: "a container without an image",
      input: withContainer({ image: "" }),
      message: "Container.image should not be null or empty.",
    },
    {
      what: "no essential container",
      input: withContainer({ essential: false }),
      message: "Task definition doesn't have any essential container.",
    },
    {
      what: "a dependency on the end of an essential container",
      input: {
        ...smallest,
        containerDefinitions: [
          { ...app, memory: 128, dependsOn: [{ containerName: "init", condition: "SUCCESS" }] },
          { ...app, name: "init", memory: 128 },
        ],
      },
      message: "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container",
    },
    {
      what: "eleven environment files",
      input: withContainer({
        environmentFiles: Array.from({ length: 11 }, () => ({ type: "s3" as const, value: "a.env" })),
      }),
      message: "A container can have at most 10 environment files.",
    },
    {
      what: "two credential specs",
      input: withContainer({ credentialSpecs: ["a", "b"] }),
      message: "A container can have at most 1 credential spec.",
    },
    {
      what: "volumes from a container that does not exist",
      input: withContainer({ volumesFrom: [{ sourceContainer: "x" }] }),
      message: "Invalid 'volumesFrom' setting. Unknown container: 'x'.",
    },
    ...[{}, { hostPort: 80 }].map((port) => ({
      what: `a port mapping without a container port: ${JSON.stringify(port)}`,
      input: withContainer({ portMappings: [{ containerPort: 80 }, port] }),
      message: "Invalid 'containerPort' setting for container 'app'.",
    })),
    ...["111122223333.dkr.ecr.us-east-1.amazonaws.com/app:1", "111122223333.dkr-ecr.us-east-1.on.aws/app:1"].map(
      (image) => ({
        what: `credentials of a private repository for ${image}`,
        input: withContainer({
          image,
          repositoryCredentials: { credentialsParameter: "arn:aws:secretsmanager:::secret:a" },
        }),
        message: "Private repository credentials are not a supported authentication method for ECR repositories.",
      }),
    ),
  ],
  accepted: [
    { what: "ten containers", input: withContainers(10) },
    {
      what: "a wait for the end of a container that is not essential, and for the start of one that is",
      input: {
        ...smallest,
        containerDefinitions: [
          {
            ...app,
            memory: 128,
            dependsOn: [
              { containerName: "init", condition: "COMPLETE" },
              { containerName: "proxy", condition: "START" },
            ],
          },
          { ...app, name: "init", memory: 128, essential: false },
          { ...app, name: "proxy", memory: 128 },
        ],
      },
    },
    {
      what: "ten environment files and one credential spec",
      input: withContainer({
        environmentFiles: Array.from({ length: 10 }, () => ({ type: "s3" as const, value: "a.env" })),
        credentialSpecs: ["a"],
      }),
    },
    {
      what: "volumes from another container",
      input: {
        ...smallest,
        containerDefinitions: [
          { ...app, memory: 128, volumesFrom: [{ sourceContainer: "data" }] },
          { ...app, name: "data", memory: 128 },
        ],
      },
    },
    {
      what: "a range of ports in place of a container port",
      input: withContainer({ portMappings: [{ containerPortRange: "8000-8010" }] }),
    },
    {
      what: "another host port than the container port where there is no awsvpc",
      input: withContainer({ portMappings: [{ containerPort: 80, hostPort: 8080 }] }),
    },
    {
      what: "credentials of a private repository elsewhere, and an ECR image without any",
      input: {
        ...smallest,
        containerDefinitions: [
          { ...app, memory: 128, repositoryCredentials: { credentialsParameter: "arn:aws:secretsmanager:::secret:a" } },
          { ...app, name: "ecr", memory: 128, image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/app:1" },
        ],
      },
    },
  ],
});
