import { UpdateServiceCommand } from "@aws-sdk/client-ecs";

/** The config of the tests: a service per user, in the cluster `users`. */
export default ({ env }) => ({
  cloner: { baseFamily: `isol8-${env ?? "dev"}-openclaw`, deadlineMs: 5000 },
  account: "111122223333",
  cluster: "users",
  findUser: (userId) => ({
    userId,
    accessPointId: `fsap-${userId.replace(/\D/g, "").padStart(17, "0")}`,
    environment: { GREETING: `hello ${userId}` },
  }),
  deploy: async ({ arn, userId }, { client }) => {
    await client.send(new UpdateServiceCommand({ cluster: "users", service: userId, taskDefinition: arn }));
  },
});
