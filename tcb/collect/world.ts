import type { Anchor } from "../verify/certificates.js";
import { intelRoot } from "../verify/root.js";

/** Where collateral comes from, and whom it has to come from. The command line has no way to choose another one. */
export interface World {
    anchor: Anchor;
    /** Intel's provisioning certification service, version 4 of its API. */
    service: string;
    /** The list of certificates that Intel's root CA has revoked. */
    rootList: string;
    /** Azure's cache, as az-dcap-client asks it. */
    azure: string;
    now: () => Date;
    /** For how long an answer may take. */
    patienceMs: number;
    /** Pause before the second attempt; it doubles with each one. */
    pauseMs: number;
}

/** Intel's and Azure's services. */
export const intel: World = {
    anchor: intelRoot,
    service: "https://api.trustedservices.intel.com/sgx/certification/v4",
    rootList: "https://certificates.trustedservices.intel.com/IntelSGXRootCA.der",
    azure: "https://global.acccache.azure.net/sgx/certification/v4",
    now: () => new Date(),
    patienceMs: 20_000,
    pauseMs: 1_000,
};
