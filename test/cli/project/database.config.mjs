/** Users that a database knows, and no deploy. */
const arns = new Map([
  ["user_1", "arn:aws:ecs:us-east-1:111122223333:task-definition/isol8-dev-openclaw-user:1"],
  ["user_2", "arn:aws:ecs:us-east-1:111122223333:task-definition/isol8-dev-openclaw-user:2"],
]);

export default {
  cloner: { baseFamily: "isol8-dev-openclaw" },
  cluster: ["users", "default"],
  currentArn: (userId) => arns.get(userId),
  currentArns: () => arns.values(),
};
