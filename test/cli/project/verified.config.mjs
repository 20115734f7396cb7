import { ECRClient } from "@aws-sdk/client-ecr";
import { createVerifier } from "taskdef-cloner/verify";

/** A config whose cloner verifies images. `--env strict` refuses what cannot be verified. */
export default ({ env }) => ({
  cloner: {
    baseFamily: "isol8-dev-openclaw",
    verify: createVerifier({ clients: { ecr: (region) => new ECRClient({ region, maxAttempts: 1 }) } }),
    ...(env === "strict" && { unverified: "refuse" }),
  },
});
