import { EPC_RESOURCE, LEGACY_EPC_RESOURCE } from "../../resources";
import { RuleSubject, type GuardRule } from "../rule";
import { inLimits } from "../terms";

export const legacyResource: GuardRule = {
    id: "legacy-resource",
    about: RuleSubject.limits,
    holds: `!${inLimits(LEGACY_EPC_RESOURCE)}`,
    says: `asks for ${LEGACY_EPC_RESOURCE}, the old name; write ${EPC_RESOURCE} in bytes, such as "10Mi" for 10`,
};
