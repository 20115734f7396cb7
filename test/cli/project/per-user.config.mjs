import { familyPerUser } from "../../../src/index.ts";

/** A family for each user, and users that a database knows. */
export default {
  cloner: { baseFamily: "isol8-dev-openclaw", cloneFamily: familyPerUser },
};
