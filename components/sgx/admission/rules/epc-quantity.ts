import { EPC_RESOURCE } from "../../resources";
import { celText } from "../cel";
import { RuleSubject, type GuardRule } from "../rule";
import { inLimits } from "../terms";

const epc = `l[${celText(EPC_RESOURCE)}]`;

export const epcQuantity: GuardRule = {
    id: "epc-quantity",
    about: RuleSubject.limits,
    holds: `(!${inLimits(EPC_RESOURCE)} || (quantity(${epc}).isInteger() && quantity(${epc}).asInteger() > 0 && quantity(${epc}).asInteger() % 4096 == 0))`,
    says: `asks for an amount of ${EPC_RESOURCE} that is no whole number of 4 KiB pages ("10" is ten bytes); write it with its unit, such as "10Mi"`,
};
