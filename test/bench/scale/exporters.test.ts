import { expect, test } from "vitest";
import { seriesOfNode } from "./exporters.js";

test("the series that a node serves are the same after one quote and after many", async () => {
    const few = await seriesOfNode(1);
    expect(few).toContain('sgx_quotes_total{code="0"}');
    // As docs/monitoring.md says.
    expect(few).toHaveLength(18);
    expect(few).toContain("sgx_proof_success");
    expect(few).toContain("sgx_aesm_healthy");
    expect(await seriesOfNode(20)).toEqual(few);
});
