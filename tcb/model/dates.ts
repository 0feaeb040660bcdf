/** A day on which something of Intel's services changed or ends. */
export interface KnownDate {
    what: string;
    /** ISO 8601. */
    day: string;
    source: string;
}

/** What is known of ends of life, and of the last promotion of an evaluation set. No end of version 4 is announced. */
export const knownDates: readonly KnownDate[] = [
    {
        what: "EPID attestation (Intel Attestation Service) ended; ECDSA quotes are what is left",
        day: "2025-04-02",
        source: "https://learn.microsoft.com/azure/virtual-machines/sizes/retirement/dcsv2-series-retirement",
    },
    {
        what: "versions 2 and 3 of the API of Intel's provisioning certification service ended",
        day: "2026-04-30",
        source: "https://github.com/intel/confidential-computing.tee.dcap.pccs/issues/48",
    },
    {
        what: "version 3 of that API was switched off",
        day: "2026-05-13",
        source: "https://github.com/fortanix/rust-sgx/pull/933",
    },
    {
        what: "evaluation set 20 became the standard in the place of set 19, for several FMSPCs",
        day: "2026-08-13",
        source: "https://github.com/near/mpc/issues/4169",
    },
];

/** Advisories by which Intel says that a product gets no more updates. */
export const endOfServicing: Readonly<Record<string, { what: string; source: string }>> = {
    "INTEL-DOC-10000": {
        what: "its servicing updates have ended, except for those who have bought an extension",
        source: "https://api.portal.trustedservices.intel.com/documents/INTEL-DOC-10000",
    },
    "INTEL-DOC-10001": {
        what: "its servicing lifetime has ended: Intel looks for vulnerabilities no more, and no status is positive",
        source: "https://api.portal.trustedservices.intel.com/documents/INTEL-DOC-10001",
    },
};
