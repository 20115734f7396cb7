import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { type Input, specify, withContainer } from "./specify.ts";

const inAwsvpc = (container: Partial<ContainerDefinition>): Input => ({
  ...withContainer(container),
  networkMode: "awsvpc",
});
const inBridge = (container: Partial<ContainerDefinition>): Input => ({
  ...withContainer(container),
  networkMode: "bridge",
});
const extraHosts = [{ hostname: "db", ipAddress: "10.0.0.1" }];

specify("rules on network mode awsvpc", {
  refused: [
    {
      what: "links",
      input: inAwsvpc({ links: ["db"] }),
      message: "Links are not supported when networkMode=awsvpc.",
    },
    {
      what: "a host name",
      input: inAwsvpc({ hostname: "app" }),
      message: "hostname is not supported on container when networkMode=awsvpc.",
    },
    {
      what: "extra hosts",
      input: inAwsvpc({ extraHosts }),
      message: "extraHosts is not supported on container when networkMode=awsvpc.",
    },
    {
      what: "a host port other than the container port",
      input: inAwsvpc({ portMappings: [{ containerPort: 80, hostPort: 8080 }] }),
      message: "When networkMode=awsvpc, the host ports and container ports in port mappings must match.",
    },
  ],
  accepted: [
    { what: "empty lists, and an empty host name", input: inAwsvpc({ links: [], hostname: "", extraHosts: [] }) },
    {
      what: "host ports that are absent, zero or the container port",
      input: inAwsvpc({
        portMappings: [
          { containerPort: 80 },
          { containerPort: 81, hostPort: 0 },
          { containerPort: 82, hostPort: 82 },
          { containerPortRange: "90-99" },
        ],
      }),
    },
    {
      what: "links, a host name, extra hosts and another host port in network mode bridge",
      input: inBridge({
        links: ["app"],
        hostname: "app",
        extraHosts,
        portMappings: [{ containerPort: 80, hostPort: 8080 }],
      }),
    },
  ],
});
