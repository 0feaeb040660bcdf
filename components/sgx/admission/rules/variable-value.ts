import { AESM_ENV, AESM_ENV_VALUE } from "../../aesm/aesm";
import { RuleSubject, type GuardRule } from "../rule";
import { variableFine } from "../terms";

export const variableValue: GuardRule = {
    id: "variable-value",
    about: RuleSubject.container,
    holds: `(!hasVariable || c.env.all(e, ${variableFine}))`,
    says: `sets ${AESM_ENV} to something other than the text "${AESM_ENV_VALUE}", though any value, even "0", means out-of-process; write value: "${AESM_ENV_VALUE}", or remove the variable`,
};
