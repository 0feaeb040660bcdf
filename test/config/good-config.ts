/** A configuration without problems, which the bad ones change. */
export const good = {
    location: "westeurope",
    enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3", count: 1 }],
    quoteHelper: { image: "r.example/aesm:1" },
    runSample: true,
    sample: { image: "r.example/sample:1" },
};

/** A job without problems. */
export const goodJob = { name: "report", image: "r.example/report:1", epc: "32Mi" };
