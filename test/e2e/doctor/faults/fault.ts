import type { CheckCode } from "../../../../doctor/model/codes";
import type { CollectRequest } from "../../../../doctor/collect/index";
import type { Rig } from "../rig";

/** One way to break a healthy cluster, and how to mend it. */
export interface Fault {
    /** What is broken, in words. */
    name: string;
    /** The check that has to name it first, and by which reason. */
    code: CheckCode;
    reason: string;
    /** What it breaks beside that, as `CA-N10 epc-missing`; a mere effect is no finding. */
    also?: readonly string[];
    make: (rig: Rig) => Promise<void>;
    /** Puts back what `make` changed; the rig then waits until the doctor finds nothing. */
    mend: (rig: Rig) => Promise<void>;
    /** What it has in its hands: faults that share a word are no pair. */
    touches: readonly Touched[];
    /** Switches of the command line that it needs to be seen. */
    asks?: Pick<CollectRequest, "logs" | "exec">;
}

/** What faults change. */
type Touched = "node" | "plugin" | "helper" | "policies" | "workload" | "network" | "sample" | "epc" | "slow";
