import { flag, groupIds, integerIn, kubernetesName, type Problem } from "../problems";
import { parseEpc } from "../sgx";
import type { SampleSettings } from "./args";

/** EPC the sample asks for where the arguments name none. */
export const sampleEpc = "32Mi";

/** Problems of the settings that are known now. */
export function checkSampleSettings(args: SampleSettings): Problem[] {
    return [
        ...(args.epc === undefined ? [] : parseEpc(args.epc, "epc").problems),
        ...integerIn("deadlineSeconds", args.deadlineSeconds, 150, 86_400),
        ...groupIds("supplementalGroups", args.supplementalGroups),
        ...kubernetesName("namespace", args.namespace),
        ...flag("networkPolicy", args.networkPolicy),
    ];
}
