import { accessPoint, ec2, ecr, efs, fargate, mount, type Shape } from "./shape.ts";

const limitsOf = (name: string, limits: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(limits).map(([member, value]) => [`containerDefinitions[${name}].${member}`, value]),
  );

/** Tasks by how their sizes and the limits of their containers go together. */
export const sizeShapes: readonly Shape[] = [
  {
    title: "a container that has all that its task has, and a larger size",
    base: fargate("equal", [{ name: "app", image: ecr("app:1"), cpu: 512, memory: 1024 }]),
    options: { volume: false },
    own: { environment: { PLAN: "pro" } },
    size: { cpu: 2048, memory: 8192 },
    sized: { cpu: "2048", memory: "8192", ...limitsOf("app", { cpu: 2048, memory: 8192 }) },
  },
  {
    title: "a container that has all that its task has, and a smaller size",
    base: fargate(
      "equal-down",
      [{ name: "app", image: ecr("app:1"), cpu: 2048, memory: 4096, memoryReservation: 4096 }],
      {
        cpu: "2048",
        memory: "4096",
      },
    ),
    options: { volume: false },
    own: { environment: { PLAN: "free" } },
    size: { cpu: 256, memory: 512 },
    sized: { cpu: "256", memory: "512", ...limitsOf("app", { cpu: 256, memory: 512, memoryReservation: 512 }) },
  },
  {
    title: "limits below the task's, which a smaller size leaves as they are",
    base: fargate(
      "roomy",
      [
        {
          name: "app",
          image: ecr("app:1"),
          cpu: 128,
          memory: 256,
          memoryReservation: 128,
          mountPoints: [mount("home", "/home")],
        },
      ],
      {
        cpu: "1024",
        memory: "2048",
        volumes: [efs("home")],
      },
    ),
    own: { accessPointId: accessPoint },
    size: { cpu: 256, memory: 512 },
    sized: { cpu: "256", memory: "512" },
  },
  {
    title: "reservations of sidecars, which leave less to the user's container",
    base: fargate(
      "shared-cpu",
      [
        { name: "app", image: ecr("app:1"), cpu: 768, memory: 1536, memoryReservation: 1536 },
        { name: "proxy", image: ecr("proxy:1"), cpu: 128, memory: 256, memoryReservation: 256, essential: false },
        { name: "logs", image: ecr("logs:1"), cpu: 128, memoryReservation: 256, essential: false },
      ],
      { cpu: "1024", memory: "2048" },
    ),
    options: { volume: false, container: "app" },
    own: { environment: { PLAN: "small" } },
    size: { cpu: 512, memory: 1024 },
    // CPU and reservations count in sum, a memory limit by itself.
    sized: { cpu: "512", memory: "1024", ...limitsOf("app", { cpu: 256, memory: 1024, memoryReservation: 512 }) },
  },
  {
    title: "the same with a larger size, which is all the user's",
    base: fargate(
      "shared-cpu-up",
      [
        { name: "app", image: ecr("app:1"), cpu: 768, memory: 1536, memoryReservation: 1024 },
        { name: "proxy", image: ecr("proxy:1"), cpu: 256, memory: 512, memoryReservation: 256, essential: false },
      ],
      { cpu: "1024", memory: "2048" },
    ),
    options: { volume: false, container: "app" },
    own: { environment: { PLAN: "large" } },
    size: { cpu: 2048, memory: 4096 },
    sized: { cpu: "2048", memory: "4096", ...limitsOf("app", { cpu: 1792, memory: 3584, memoryReservation: 3072 }) },
  },
  {
    title: "limits that are kept, whatever the size",
    base: fargate("kept", [{ name: "app", image: ecr("app:1"), cpu: 256, memory: 512 }]),
    options: { volume: false, containerLimits: "keep" },
    own: { environment: { PLAN: "pro" } },
    size: { cpu: 1024, memory: 2048 },
    sized: { cpu: "1024", memory: "2048" },
  },
  {
    title: "a size that the cloner gives to users who have none",
    base: fargate("defaulted", [{ name: "app", image: ecr("app:1"), memory: 512 }], { cpu: "256", memory: "512" }),
    options: { volume: false, size: { cpu: 512, memory: 2048 } },
    own: { environment: { PLAN: "basic" } },
    always: { cpu: "512", memory: "2048", ...limitsOf("app", { memory: 2048 }) },
    size: { cpu: 1024, memory: 3072 },
    sized: { cpu: "1024", memory: "3072", ...limitsOf("app", { memory: 3072 }) },
  },
  {
    title: "a base that grows under a user who has a size",
    base: fargate("growing", [{ name: "app", image: ecr("app:1"), memoryReservation: 512 }]),
    options: { volume: false },
    own: { environment: { PLAN: "pro" } },
    size: { cpu: 1024, memory: 4096 },
    sized: { cpu: "1024", memory: "4096", ...limitsOf("app", { memoryReservation: 3584 }) },
    next: fargate("growing", [{ name: "app", image: ecr("app:2"), memoryReservation: 1024 }], {
      cpu: "1024",
      memory: "2048",
    }),
    nextSized: { memory: "4096", ...limitsOf("app", { memoryReservation: 3072 }) },
  },
  {
    title: "a base that gets a size on its task, where it had one on the container alone",
    base: ec2(
      "promoted-size",
      [{ name: "app", image: ecr("app:1"), cpu: 256, memory: 512, mountPoints: [mount("d", "/d")] }],
      { volumes: [efs("d")] },
    ),
    own: { accessPointId: accessPoint },
    size: { cpu: 512, memory: 1024 },
    sized: limitsOf("app", { cpu: 512, memory: 1024 }),
    next: ec2("promoted-size", [{ name: "app", image: ecr("app:2"), mountPoints: [mount("d", "/d")] }], {
      volumes: [efs("d")],
      cpu: "256",
      memory: "512",
    }),
    nextSized: { cpu: "512", memory: "1024" },
  },
];
