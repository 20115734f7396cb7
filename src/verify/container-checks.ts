import { membersOf } from "../unknown-value.ts";
import type { Check, Place } from "./check.ts";
import { parseImageReference } from "./image-reference.ts";
import { type Element, elementsOf, textOf } from "./read-member.ts";
import { parseS3ObjectReference } from "./s3-object-reference.ts";
import { toCredentialsChecks, toValueFromChecks } from "./secret-checks.ts";
import { toShape } from "./shape-check.ts";
import { stopReasons } from "./stop-reasons.ts";
import { toWantedPlatform, type WantedPlatform } from "./wanted-platform.ts";

/** What the containers of a definition refer to. */
export function toContainerChecks(definition: Readonly<Record<string, unknown>>, place: Place): readonly Check[] {
  const platform = toWantedPlatform(definition);
  return elementsOf(definition.containerDefinitions).flatMap(({ step, members }) => {
    const container = { step: `containerDefinitions${step}`, members };
    return [
      ...toImageChecks(container, place, platform),
      ...toSecretsChecks(container, place),
      ...toLogChecks(container, place),
      ...toEnvFileChecks(container, place),
    ];
  });
}

function toImageChecks({ step, members }: Element, place: Place, platform: WantedPlatform): readonly Check[] {
  const subject = textOf(members.image);
  if (subject === undefined) return [];
  const where = [`${step}.image`];
  const image = parseImageReference(subject);
  if (image === undefined) return [toShape(place, subject, where, stopReasons.image, notAn("image reference"))];
  const { registry } = image;
  const hasCredentials = textOf(membersOf(members.repositoryCredentials).credentialsParameter) !== undefined;
  const at = registry.kind === "ecr" ? { region: registry.region, accountId: registry.accountId } : { ...place };
  const common = { ...at, subject, where, image, isForeign: at.accountId !== place.accountId };
  return [
    { ...common, kind: "image", prevents: stopReasons.image, hasCredentials },
    ...(registry.kind === "ecr"
      ? [{ ...common, kind: "image-platform" as const, prevents: stopReasons.platform, platform }]
      : []),
  ];
}

function toSecretsChecks({ step, members }: Element, place: Place): readonly Check[] {
  const { secretOptions } = membersOf(members.logConfiguration);
  const { credentialsParameter } = membersOf(members.repositoryCredentials);
  return [
    ...elementsOf(members.secrets).flatMap((secret) =>
      toValueFromChecks(secret.members.valueFrom, `${step}.secrets${secret.step}`, place),
    ),
    ...elementsOf(secretOptions).flatMap((secret) =>
      toValueFromChecks(secret.members.valueFrom, `${step}.logConfiguration.secretOptions${secret.step}`, place),
    ),
    ...toCredentialsChecks(credentialsParameter, `${step}.repositoryCredentials.credentialsParameter`, place),
  ];
}

function toLogChecks({ step, members }: Element, place: Place): readonly Check[] {
  const { logDriver, options } = membersOf(members.logConfiguration);
  const driver = textOf(logDriver);
  if (driver === undefined) return [];
  const where = [`${step}.logConfiguration`];
  if (driver !== "awslogs") {
    const detail = `Where the log driver ${driver} sends logs is not checked.`;
    return [toShape(place, driver, where, stopReasons.logs, { status: "skipped", detail, advice: "" })];
  }
  const logs = membersOf(options);
  const subject = textOf(logs["awslogs-group"]);
  if (subject === undefined) {
    const detail = "The log driver awslogs has no `awslogs-group`.";
    const finding = { status: "unknown", detail, advice: "Name the log group." } as const;
    return [toShape(place, driver, where, stopReasons.logs, finding)];
  }
  return [
    {
      kind: "log-group",
      subject,
      where: [`${step}.logConfiguration.options.awslogs-group`],
      region: textOf(logs["awslogs-region"]) ?? place.region,
      accountId: place.accountId,
      prevents: stopReasons.logs,
      isForeign: false,
      isCreatedByTask: logs["awslogs-create-group"] === "true",
    },
  ];
}

function toEnvFileChecks({ step, members }: Element, place: Place): readonly Check[] {
  const firelens = membersOf(membersOf(members.firelensConfiguration).options);
  const files = elementsOf(members.environmentFiles).map((file) => ({
    value: file.members.value,
    path: `${step}.environmentFiles${file.step}`,
  }));
  if (firelens["config-file-type"] === "s3") {
    const path = `${step}.firelensConfiguration.options.config-file-value`;
    files.push({ value: firelens["config-file-value"], path });
  }
  return files.flatMap(({ value, path }) => toObjectChecks(textOf(value), path, place));
}

function toObjectChecks(subject: string | undefined, path: string, place: Place): readonly Check[] {
  if (subject === undefined) return [];
  const object = parseS3ObjectReference(subject);
  const where = [path];
  if (object === undefined) return [toShape(place, subject, where, stopReasons.envFile, notAn("ARN of an S3 object"))];
  const common = { subject, where, region: place.region, accountId: place.accountId, isForeign: false };
  return [{ ...common, kind: "env-file", prevents: stopReasons.envFile, object }];
}

const notAn = (what: string) =>
  ({
    status: "unknown",
    detail: `This is not an ${what} that could be checked.`,
    advice: `Check the ${what}.`,
  }) as const;
