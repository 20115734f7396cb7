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
  ],
});
