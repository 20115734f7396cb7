/** A family for each user, by a rule of the config's own. */
export default {
  cloner: { baseFamily: "isol8-dev-openclaw", cloneFamily: (userId) => `of-${userId}` },
};
