import { checkedShapes, type Checked, type Findings } from "../problems";
import type { ConfidentialPlatformArgs } from "./args";
import { checkFit } from "./check-fit";
import { checkNoQuoting, checkParts } from "./checks";
import { partsOf, type PlatformSpec } from "./parts";
import { placeholderWarnings } from "./placeholders";
import { warnOfReleases } from "./secrets-parts";

/**
 * The parts of a platform with every default applied, and everything that is wrong with its arguments: each part by its
 * own check, and the parts together.
 */
export function platformSpec(args: ConfidentialPlatformArgs): Checked<PlatformSpec> {
    return checkedShapes(
        args,
        {
            groups: [
                "devicePlugin",
                "quoteHelper",
                "nodeProof",
                "attestationMonitoring",
                "sample",
                "images",
                "policies",
                "existing",
            ],
            lists: ["jobs"],
        },
        specOf,
    );
}

function specOf(args: ConfidentialPlatformArgs): Checked<PlatformSpec> {
    const spec = partsOf(args);
    const problems = checkParts(args, spec);
    const fit = problems.length > 0 ? [] : checkFit(spec);
    // The components of the parts show their own warnings.
    const warnings = [...placeholderWarnings(args), ...checkNoQuoting(spec), ...warnOfReleases(spec), ...fit];
    return { spec, problems, warnings };
}

/** What is wrong with the arguments of a platform, and what its user should know, without making anything. */
export function checkPlatform(args: ConfidentialPlatformArgs): Findings {
    const { problems, warnings } = platformSpec(args);
    return { problems, warnings };
}
