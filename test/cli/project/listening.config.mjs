/** A config that hears events itself, and whose deploy fails. */
export default {
  cloner: {
    baseFamily: "isol8-dev-openclaw",
    onEvent: ({ type }) => {
      if (type === "undo-failed") process.stderr.write(`heard ${type}\n`);
    },
  },
  deploy: () => {
    throw new Error("no deploy today");
  },
};
